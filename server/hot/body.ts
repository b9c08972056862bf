import type { IncomingMessage } from "node:http";

export interface Body {
  /** The first bytes, up to the limit; `null` when there are none. */
  readonly kept: Buffer | null;
  /** Of all of it. */
  readonly bytes: number;
}

/** Many small chunks weigh more than their bytes: so many are made one. */
const CHUNKS = 32;

/** Whether a body follows the head of the request. */
export function hasBody({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): boolean {
  const length = headers["content-length"];
  return length === undefined ? headers["transfer-encoding"] !== undefined : length !== "0";
}

/** Reads it to its end, and keeps no more than `limit` bytes. `null`: the client left before the end. */
export function readBody(request: IncomingMessage, limit: number, done: (body: Body | null) => void): void {
  if (request.destroyed) {
    done(null);
    return;
  }
  let chunks: Buffer[] = [];
  let kept = 0;
  let bytes = 0;
  let told = false;
  const tell = (body: Body | null): void => {
    if (told) return;
    told = true;
    done(body);
  };
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (kept === limit) return;
    const taken = kept + chunk.length > limit ? chunk.subarray(0, limit - kept) : chunk;
    kept += taken.length;
    chunks.push(taken);
    if (chunks.length === CHUNKS) chunks = [Buffer.concat(chunks)];
  });
  request.on("end", () => tell({ kept: kept === 0 ? null : Buffer.concat(chunks), bytes }));
  request.on("close", () => tell(null));
  request.on("error", () => tell(null));
}
