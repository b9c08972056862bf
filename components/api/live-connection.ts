/**
 * How a page hears what went stale. Pages share one stream in a SharedWorker, which needs no election of a leader and no
 * secure context (Web Locks do, and many a Rollcall is served as http://rollcall.lan). Where there is none, as in Chrome
 * on Android, a page has a stream of its own while it is seen.
 */
import { followLive, type Heard } from "./live-stream.ts";
import type { Said } from "./live-worker.ts";

type Hear = (heard: Heard) => void;
/** Ends the connection; `again`: asks for another try now. */
interface Connection {
  again(): void;
  end(): void;
}

function shared(hear: Hear, onFailed: () => void): Connection {
  const worker = new SharedWorker(new URL("./live-worker.ts", import.meta.url), { name: "rollcall-live" });
  worker.onerror = onFailed;
  worker.port.onmessage = ({ data }: MessageEvent<Heard>) => hear(data);
  const say = (said: Said): void => worker.port.postMessage(said);
  return {
    again: () => say("again"),
    end() {
      say("bye");
      worker.port.close();
    },
  };
}

function alone(hear: Hear): Connection {
  const stream = followLive({ url: "/api/v1/live", hear });
  return { again: stream.again, end: stream.stop };
}

/** Hears until it is stopped; a page that lies in the browser's back-forward cache hears nothing and begins anew. */
export function hearLive(hear: Hear): () => void {
  let connection: Connection | null = null;
  let sharing = typeof SharedWorker === "function";

  const begin = (): void => {
    if (connection) {
      connection.again();
      return;
    }
    if (!sharing) {
      if (document.visibilityState === "visible") connection = alone(hear);
      return;
    }
    const instead = (): void => {
      sharing = false;
      connection = null;
      begin();
    };
    try {
      connection = shared(hear, instead);
    } catch {
      instead(); // forbidden, as in some private windows
    }
  };
  const end = (): void => {
    connection?.end();
    connection = null;
  };
  const leave = (): void => {
    end();
    hear({ kind: "down" });
  };
  const see = (): void => {
    if (document.visibilityState === "visible") begin();
    else if (!sharing) leave();
  };
  begin();
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", begin);
  window.addEventListener("online", begin);
  document.addEventListener("visibilitychange", see);
  return () => {
    window.removeEventListener("pagehide", leave);
    window.removeEventListener("pageshow", begin);
    window.removeEventListener("online", begin);
    document.removeEventListener("visibilitychange", see);
    end();
  };
}
