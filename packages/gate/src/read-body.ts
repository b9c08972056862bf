/** Reading a body for the gate while it stays readable for the handler. */

import type { PresentedBody } from "./contracts/contract.ts";
import { concat } from "./crypto/encoding.ts";

/** The bytes of a copy: the request itself, whatever class the framework made it, is handed on unread. */
export async function readBody(request: Request, mostBytes: number): Promise<PresentedBody> {
  if (request.bodyUsed) return "consumed";
  if (request.body === null) return new Uint8Array();
  const length = Number(request.headers.get("content-length") ?? 0);
  if (length > mostBytes) return "too_large";
  const reader = request.clone().body?.getReader();
  if (!reader) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return chunks.length === 1 && chunks[0] ? chunks[0] : concat(...chunks);
    size += value.length;
    if (size > mostBytes) {
      // Not awaited: the copy's half of a tee ends only when the other half does.
      void reader.cancel().catch(() => {});
      return "too_large";
    }
    chunks.push(value);
  }
}
