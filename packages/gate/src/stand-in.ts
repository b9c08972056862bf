/**
 * A request whose body was read, handed on by one that stands in for it. Making a request anew costs as much as all that
 * the gate does (Node 20), and most handlers ask for no more than what its bytes answer. For servers: apart from
 * `read-body.ts`, so that an edge's bundle stays small.
 */
import { type HandOn, OF_THE_BODY, sameAnew, withBody } from "./read-body.ts";

/** Where the platform lets a stand-in pass for a request it is one: elsewhere the request is made anew at once. */
export const withStandIn: HandOn = (request, body) => {
  if (!request.bodyUsed || !(body instanceof Uint8Array)) return request;
  const bytes = body as Uint8Array<ArrayBuffer>;
  const kind: object = Object.getPrototypeOf(request);
  const anew = (): Request => sameAnew(request, bytes) ?? new Request(request, { body: bytes });
  let passes = standsIn.get(kind);
  if (passes === undefined) {
    passes = passesFor(request, standIn(request, bytes, anew));
    standsIn.set(kind, passes);
  }
  return passes ? standIn(request, bytes, anew) : withBody(request, body);
};

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

const readFrom = (of: Request, key: string | symbol): unknown => {
  const value: unknown = Reflect.get(of, key, of);
  return typeof value === "function" && key !== "constructor" ? value.bind(of) : value;
};

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
