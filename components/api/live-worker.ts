/** The one stream of all pages of a browser: a browser opens six connections to a host over HTTP/1.1, and no more. */
import { followLive, type Heard, type LiveStream } from "./live-stream.ts";

/** Of TypeScript's library for workers, which does not go together with that for pages. */
interface SharedScope {
  onconnect: ((event: MessageEvent) => void) | null;
}

/** What a page says: it goes, or it would like another try now. */
export type Said = "bye" | "again";

const ports = new Set<MessagePort>();
let stream: LiveStream | null = null;
let isUp = false;

function hear(heard: Heard): void {
  if (heard.kind === "up" || heard.kind === "down") isUp = heard.kind === "up";
  for (const port of ports) port.postMessage(heard);
}

function take(port: MessagePort, said: Said): void {
  if (said === "again") {
    stream?.again();
    return;
  }
  ports.delete(port);
  if (ports.size > 0) return;
  stream?.stop();
  stream = null;
  isUp = false;
}

(globalThis as unknown as SharedScope).onconnect = ({ ports: [port] }) => {
  if (!port) return;
  ports.add(port);
  port.onmessage = ({ data }: MessageEvent<Said>) => take(port, data);
  if (stream) {
    // What this page holds may be older than the stream.
    if (isUp) for (const kind of ["up", "all"] as const) port.postMessage({ kind } satisfies Heard);
    stream.again();
  } else stream = followLive({ url: "/api/v1/live", hear });
};
