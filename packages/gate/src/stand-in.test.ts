import fc from "fast-check";
import { expect, test } from "vitest";
import { readBody } from "./read-body.ts";
import { withStandIn } from "./stand-in.ts";

class FrameworkRequest extends Request {
  get extra(): string {
    return this.url.slice(-3);
  }
  override async json(): Promise<unknown> {
    return { parsed: await super.json() };
  }
}
/** Made in a way of its own, as Next's on its edge runtime. */
class Closed extends Request {
  constructor({ at, init }: { readonly at: string; readonly init: RequestInit }) {
    super(at, init);
  }
}

const URL_OF = "https://app.example.com/api/cron/nightly?a=b";
const initOf = (body: string): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded", "x-signature": "abc" },
  body: new TextEncoder().encode(body),
});
const CLASSES: Readonly<Record<string, (body: string) => Request>> = {
  Request: (body) => new Request(URL_OF, initOf(body)),
  FrameworkRequest: (body) => new FrameworkRequest(URL_OF, initOf(body)),
  Closed: (body) => new Closed({ at: URL_OF, init: initOf(body) }),
};

const readAll = async (stream: ReadableStream<Uint8Array> | null): Promise<string> => (stream === null ? "none" : new Response(stream).text()); // biome-ignore format: one line
/** What a handler may do with a request, and what it then sees. */
const ACTS: Readonly<Record<string, (request: Request) => unknown>> = {
  text: (request) => request.text(),
  json: (request) => request.json(),
  arrayBuffer: async (request) => Buffer.from(await request.arrayBuffer()).toString("hex"),
  blob: async (request) => [(await request.blob()).type, await (await request.blob()).text()],
  formData: async (request) => [...(await request.formData()).entries()],
  "text, twice at once": async (request) => {
    const both = await Promise.allSettled([request.text(), request.text()]);
    return both.map((one) => (one.status === "fulfilled" ? one.value : "refused"));
  },
  bodyUsed: (request) => request.bodyUsed,
  "body, read": (request) => readAll(request.body),
  "body, locked": (request) => request.body?.locked,
  "clone, read": (request) => request.clone().text(),
  "within another": async (request) => {
    const other = new Request(request);
    return [other.url, other.method, other.headers.get("x-signature"), await other.text()];
  },
  "as what another is like": async (request) => {
    const other = new Request("https://elsewhere.example/", request);
    return [other.method, other.headers.get("content-type"), await other.text()];
  },
  headers: (request) => [...request.headers],
  "a header added": (request) => {
    request.headers.set("x-added", "1");
    return request.headers.get("x-added");
  },
  "what it is": (request) => [
    request.url,
    request.method,
    request.redirect,
    request.signal.aborted,
    request instanceof Request,
    Object.prototype.toString.call(request),
    request.constructor.name,
    "extra" in request && request.extra,
  ],
};
const seen = async (act: ((request: Request) => unknown) | undefined, request: Request): Promise<unknown> => {
  try {
    return { value: await act?.(request) };
  } catch (thrown) {
    return { thrown: thrown instanceof Error ? thrown.name : thrown };
  }
};

test.each(Object.keys(CLASSES))(
  "%s: a request whose body was read is to its handler as one that nobody read",
  async (name) => {
    const make = CLASSES[name];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("", "a=1&b=%C3%A4", '{"run":"nightly"}', "\uFEFF[1]", "ä€😀"),
        fc.array(fc.constantFrom(...Object.keys(ACTS)), { minLength: 1, maxLength: 4 }),
        async (body, acts) => {
          const [read, untouched] = [make?.(body), make?.(body)];
          if (!read || !untouched) return;
          const handed = withStandIn(read, await readBody(read, 1_000));
          for (const act of acts) {
            const [ours, theirs] = [await seen(ACTS[act], handed), await seen(ACTS[act], untouched)];
            expect(ours, `${act} of ${acts.join(", ")}`).toEqual(theirs);
          }
        },
      ),
      { numRuns: 300 },
    );
  },
);

test("what a framework puts on a request is found on it, by whatever name", async () => {
  const mark = Symbol("mark");
  const request = Object.assign(new Request(URL_OF, initOf("x")), { params: { id: "7" }, [mark]: 1 });
  const handed = withStandIn(request, await readBody(request, 10));
  expect([handed.params.id, handed[mark]]).toEqual(["7", 1]);
  expect(Object.assign(handed, { user: "Vera", [mark]: 2 })).toMatchObject({ user: "Vera" });
  expect([handed[mark], await handed.text()]).toEqual([2, "x"]);
});
