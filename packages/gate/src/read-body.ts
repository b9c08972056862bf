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

/**
 * The request with its body unread again: made anew from itself, of its own class, so that what a framework or an edge
 * added (`nextUrl`, `cf`) is still there. (Fetch, Request's constructor: a body that is given takes the place of the input's.)
 */
export function withBody<R extends Request>(request: R, body: PresentedBody): R {
  if (!request.bodyUsed || !(body instanceof Uint8Array)) return request;
  const init = { body: body as Uint8Array<ArrayBuffer> };
  try {
    const Same = request.constructor as new (input: Request, init: RequestInit) => R;
    const made = new Same(request, init);
    if (Object.getPrototypeOf(made) === Object.getPrototypeOf(request)) return made;
  } catch {
    // A class that is made in another way: Next's on its edge runtime.
  }
  return besides(request, new Request(request, init));
}

const OF_THE_BODY = /^(text|json|arrayBuffer|blob|formData|bytes|body|bodyUsed|clone)$/;

/** A request that cannot be made anew: everything as it was, but for what reads the body. */
const besides = <R extends Request>(request: R, fresh: Request): R =>
  new Proxy(request, {
    get(_target, key) {
      const from = OF_THE_BODY.test(String(key)) ? fresh : request;
      const value: unknown = Reflect.get(from, key, from);
      return typeof value === "function" ? value.bind(from) : value;
    },
  });
