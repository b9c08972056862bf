import type { IncomingMessage, ServerResponse } from "node:http";

/** Answers a request, by itself and in its own time; a failure of it is its own to answer. */
export type Door = (request: IncomingMessage, response: ServerResponse) => void;

export interface Doorway {
  /** `/ping/`: everything below it. `/metrics`: that path, and what is below it. */
  readonly path: string;
  readonly door: Door;
}

/** The door that a request's target leads to: the first whose path fits. */
export function doorFor(doorways: readonly Doorway[], url: string): Door | null {
  for (const { path, door } of doorways) {
    if (!url.startsWith(path)) continue;
    const next = url[path.length];
    if (path.endsWith("/") || next === undefined || next === "/" || next === "?") return door;
  }
  return null;
}

export function answerJson(response: ServerResponse, status: number, body: object, type = "application/json"): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": type,
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
  });
  response.end(text);
}
