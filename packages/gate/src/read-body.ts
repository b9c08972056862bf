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
 * The request with its body unread again. Where the platform lets a stand-in pass for a request it is one: made anew only
 * for whoever asks for what the bytes alone cannot answer, since that costs as much as all that the gate does (Node 20).
 * Elsewhere it is made anew at once.
 */
export function withBody<R extends Request>(request: R, body: PresentedBody): R {
  if (!request.bodyUsed || !(body instanceof Uint8Array)) return request;
  const bytes = body as Uint8Array<ArrayBuffer>;
  const kind: object = Object.getPrototypeOf(request);
  const anew = (): Request => sameAnew(request, bytes) ?? new Request(request, { body: bytes });
  let passes = standsIn.get(kind);
  if (passes === undefined) {
    passes = passesFor(request, standIn(request, bytes, anew));
    standsIn.set(kind, passes);
  }
  if (passes) return standIn(request, bytes, anew);
  return sameAnew(request, bytes) ?? besides(request, anew());
}

/** Of each class of requests, by its prototype. */
const standsIn = new WeakMap<object, boolean>();

/**
 * Whether the platform takes a stand-in for the request that it stands for, with its body. Those whose requests are
 * objects with symbols do (Node 20 and 22, Deno); those that keep what is theirs apart from the object do not.
 */
function passesFor(request: Request, other: Request): boolean {
  try {
    const taken = new Request(other);
    return other.bodyUsed && taken.body !== null && taken.url === request.url && taken.method === request.method;
  } catch {
    return false;
  }
}

/**
 * Made anew from itself, of its own class, so that what a framework or an edge added (`nextUrl`, `cf`) is still there;
 * `null` where its class is made in another way. (Fetch, Request's constructor: a body that is given takes the place of
 * the input's.)
 */
function sameAnew<R extends Request>(request: R, body: Uint8Array<ArrayBuffer>): R | null {
  try {
    const Same = request.constructor as new (input: Request, init: RequestInit) => R;
    const made = new Same(request, { body });
    const isSame = Object.getPrototypeOf(made) === Object.getPrototypeOf(request);
    return isSame && made.method === request.method && made.body !== null ? made : null;
  } catch {
    // Next's on its edge runtime.
    return null;
  }
}

const OF_THE_BODY = /^(text|json|arrayBuffer|blob|formData|bytes|body|bodyUsed|clone)$/;

const readFrom = (of: Request, key: string | symbol): unknown => {
  const value: unknown = Reflect.get(of, key, of);
  return typeof value === "function" && key !== "constructor" ? value.bind(of) : value;
};

/** A request that cannot be made anew: everything as it was, but for what reads the body. */
const besides = <R extends Request>(request: R, fresh: Request): R =>
  new Proxy(request, { get: (_target, key) => readFrom(OF_THE_BODY.test(String(key)) ? fresh : request, key) });

/** What the bytes alone answer: UTF-8 without its mark, as Fetch decodes a body. */
const READ: Readonly<Record<string, (bytes: Uint8Array<ArrayBuffer>) => unknown>> = {
  text: (bytes) => new TextDecoder().decode(bytes),
  json: (bytes) => JSON.parse(new TextDecoder().decode(bytes)),
  arrayBuffer: (bytes) => bytes.slice().buffer,
  bytes: (bytes) => bytes.slice(),
};

/** Whether the class leaves it as the platform has it. */
const isPlain = (request: Request, key: string): boolean => {
  const own: unknown = Reflect.get(request, key);
  return typeof own === "function" && own === Reflect.get(Request.prototype, key);
};

/**
 * The request itself, but for its body, which is the bytes until somebody asks for more than them (a stream, a copy, the
 * request within): from then on the one that is made anew answers, as used as this one was.
 */
function standIn<R extends Request>(request: R, bytes: Uint8Array<ArrayBuffer>, make: () => Request): R {
  let fresh: Request | null = null;
  let used = false;
  const whole = (): Request => {
    if (fresh === null) {
      fresh = make();
      if (used) fresh.arrayBuffer().catch(() => {});
    }
    return fresh;
  };
  return new Proxy(request, {
    get(_target, key) {
      // A platform finds a request's inside by symbols; who added one to this request finds it as well.
      if (typeof key === "symbol") {
        const within = Object.hasOwn(whole(), key) || (key in whole() && !Object.hasOwn(request, key));
        return readFrom(within ? whole() : request, key);
      }
      if (!OF_THE_BODY.test(key)) return readFrom(key === "headers" ? (fresh ?? request) : request, key);
      if (fresh !== null) return readFrom(fresh, key);
      if (key === "bodyUsed") return used;
      const read = READ[key];
      if (used || read === undefined || !isPlain(request, key)) return readFrom(whole(), key);
      return async () => {
        if (used || fresh !== null) return Reflect.apply(Reflect.get(whole(), key) as () => unknown, whole(), []);
        used = true;
        return read(bytes);
      };
    },
  });
}
