/** Reading a body for the gate, and handing the request on as if nobody had. */
import type { PresentedBody } from "./contracts/contract.ts";
import { concat } from "./crypto/encoding.ts";

/** The whole body; it is read from the request itself, since a clone costs more than all that the gate does (Node 20). */
export async function readBody(request: Request, mostBytes: number): Promise<PresentedBody> {
  if (request.bodyUsed) return "consumed";
  if (request.body === null) return new Uint8Array();
  if (Number(request.headers.get("content-length") ?? 0) > mostBytes) return "too_large";
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return chunks.length === 1 && chunks[0] ? chunks[0] : concat(...chunks);
    size += value.length;
    if (size > mostBytes) {
      await reader.cancel().catch(() => {});
      return "too_large";
    }
    chunks.push(value);
  }
}

/** How a request whose body was read is handed on with its body unread again. */
export type HandOn = <R extends Request>(request: R, body: PresentedBody) => R;

/** It is made anew at once: what every platform takes. */
export const withBody: HandOn = (request, body) => {
  if (!request.bodyUsed || !(body instanceof Uint8Array)) return request;
  const bytes = body as Uint8Array<ArrayBuffer>;
  return sameAnew(request, bytes) ?? besides(request, new Request(request, { body: bytes }));
};

/**
 * Made anew from itself, of its own class, so that what a framework or an edge added (`nextUrl`, `cf`) is still there;
 * `null` where its class is made in another way. (Fetch, Request's constructor: a body that is given takes the place of
 * the input's.)
 */
export function sameAnew<R extends Request>(request: R, body: Uint8Array<ArrayBuffer>): R | null {
  try {
    const Same = request.constructor as new (input: Request, init: RequestInit) => R;
    const made = new Same(request, { body });
    return Object.getPrototypeOf(made) === Object.getPrototypeOf(request) ? made : null;
  } catch {
    // Next's on its edge runtime.
    return null;
  }
}

export const OF_THE_BODY = /^(text|json|arrayBuffer|blob|formData|bytes|body|bodyUsed|clone)$/;

/** A request that cannot be made anew: everything as it was, but for what reads the body. */
const besides = <R extends Request>(request: R, fresh: Request): R =>
  new Proxy(request, {
    get(_target, key) {
      const from = OF_THE_BODY.test(String(key)) ? fresh : request;
      const value: unknown = Reflect.get(from, key, from);
      return typeof value === "function" ? value.bind(from) : value;
    },
  });
