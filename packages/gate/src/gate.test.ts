import { beforeEach, describe, expect, test } from "vitest";
import { BODY, NOW, SAMPLES, SECRET, URL_OF_ROUTE } from "../testing/samples.ts";
import { TestWorld } from "../testing/world.ts";
import type { RequestParts } from "./contracts/contract.ts";
import { nodeCrypto } from "./crypto/node.ts";
import { describe as describeDecision } from "./describe.ts";
import { type GateOptions, gateWith } from "./gate.ts";
import { verifyGateHeader } from "./headers/gate-header.ts";
import { makeProbeHeader } from "./headers/probe-header.ts";
import { makeTicket, verifyTicket } from "./headers/ticket.ts";
import type { ReportedDecision } from "./report/reported.ts";

const gateKey = "the gate key of the route nightly";
const signing = { gateKey, crypto: nodeCrypto, now: NOW };
let world: TestWorld;
let lines: string[];
beforeEach(() => {
  world = new TestWorld();
  lines = [];
});
const gate = (more: Partial<GateOptions> = {}) =>
  gateWith({ crypto: nodeCrypto, world })({
    route: "nightly",
    contract: { kind: "vercel-cron", secret: SECRET },
    gateKey,
    report: { url: "https://rollcall.example", key: "report-key" },
    log: (line) => lines.push(line),
    ...more,
  });
const web = ({ method, url, headers, body }: RequestParts): Request =>
  new Request(url, { method, headers: { ...headers }, ...(method === "GET" ? {} : { body: body as Uint8Array<ArrayBuffer> }) }); // biome-ignore format: one line
const bare = (headers: Record<string, string> = {}) => new Request(URL_OF_ROUTE, { headers });
const good = () => bare({ authorization: `Bearer ${SECRET}` });

describe("in front of a handler of Web requests", () => {
  test("an admitted request reaches it, with the decision and a ticket that verifies", async () => {
    const handler = gate().protect(async (_request, { decision, ticket }) =>
      Response.json({ decision, ticket: await ticket() }),
    );
    const answer = await handler(good());
    expect(answer.status).toBe(200);
    expect(answer.headers.get("rollcall-decision")).toBe("admitted");
    const { decision, ticket } = await answer.json();
    expect(decision).toMatchObject({
      outcome: "admitted",
      via: "scheduler",
      route: "nightly",
      path: "/api/cron/nightly",
    });
    expect(await verifyTicket(ticket, { ...signing, route: "nightly", method: "GET", path: "/api/cron/nightly" })).toMatchObject({ ok: true, ticket: { jti: decision.id } }); // biome-ignore format: one line
    expect(await verifyGateHeader(answer.headers.get("rollcall-gate"), { route: "nightly" }, signing)).toMatchObject({ ok: true, id: decision.id, outcome: "admitted" }); // biome-ignore format: one line
  });

  test("a refused one does not, and its answer says nothing of why", async () => {
    let called = false;
    const handler = gate().protect(() => {
      called = true;
      return new Response();
    });
    const answer = await handler(bare({ authorization: `Bearer "${SECRET}"` }));
    expect(called).toBe(false);
    expect(answer.status).toBe(401);
    const text = await answer.text();
    expect(JSON.parse(text)).toEqual({ error: "unauthenticated", id: expect.any(String) });
    expect(JSON.stringify([...answer.headers]) + text).not.toMatch(/wrong_secret|quoted/);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="nightly"');
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const said = await verifyGateHeader(answer.headers.get("rollcall-gate"), { route: "nightly" }, signing);
    expect(said).toMatchObject({ ok: true, outcome: "rejected" });
  });

  test("a misconfigured gate answers 403 and asks for nothing", async () => {
    const answer = await gate({ contract: { kind: "vercel-cron", secret: undefined } }).protect(() => new Response())(
      good(),
    );
    expect(answer.status).toBe(403);
    expect(answer.headers.has("www-authenticate")).toBe(false);
    expect(lines).toEqual(['rollcall gate: route "nightly" refuses everybody: vercel-cron.secret is unfit (secret_not_configured: empty)']); // biome-ignore format: one line
  });

  test("contracts of signatures ask for no scheme", async () => {
    const answer = await gate({ contract: SAMPLES.hmac.config }).protect(() => new Response())(bare());
    expect(answer.headers.has("www-authenticate")).toBe(false);
  });

  test.each(["hmac", "standard-webhooks", "timestamped-hmac", "qstash", "rollcall"] as const)(
    "%s: the body that was checked stays readable, byte for byte",
    async (kind) => {
      // biome-ignore format: one line
      const handler = gate({ contract: SAMPLES[kind].config }).protect(async (request) => new Response(await request.text())); // biome-ignore format: one line
      expect(await (await handler(web(await SAMPLES[kind].genuine()))).text()).toBe(BODY);
    },
  );

  test("the framework's own request and arguments are handed on", async () => {
    class FrameworkRequest extends Request {
      get extra(): string {
        return `mine, at ${new URL(this.url).pathname}`;
      }
    }
    const handler = gate({ contract: SAMPLES.hmac.config }).protect(
      async (request: FrameworkRequest, _admission, context: { params: string }) =>
        Response.json([request.extra, context.params]),
    );
    const { url, headers } = await SAMPLES.hmac.genuine();
    const request = new FrameworkRequest(url, { method: "POST", headers: { ...headers }, body: BODY });
    expect(await (await handler(request, { params: "p" })).json()).toEqual(["mine, at /api/cron/nightly", "p"]);
  });

  test("a request of a class that cannot be made anew keeps what is its own, as Next's on its edge runtime", async () => {
    class Hint extends Request {
      readonly nextUrl: URL;
      constructor(of: { readonly input: string; readonly init: RequestInit }) {
        super(of.input, of.init);
        this.nextUrl = new URL(of.input);
      }
    }
    const { url, headers } = await SAMPLES.hmac.genuine();
    const request = new Hint({ input: url, init: { method: "POST", headers: { ...headers }, body: BODY } });
    const handler = gate({ contract: SAMPLES.hmac.config }).protect(
      async (one: Hint) =>
      Response.json([one.nextUrl.pathname, one.method, one.headers.has("x-hub-signature-256"), await one.text(), one.bodyUsed]), // biome-ignore format: one line
    );
    expect(await (await handler(request)).json()).toEqual(["/api/cron/nightly", "POST", true, BODY, true]);
  });

  test("and can be sent on, to another address too", async () => {
    const handler = gate({ contract: SAMPLES.hmac.config }).protect(async (request) => {
      const on = new Request("https://elsewhere.example/", request);
      return Response.json([on.method, on.headers.get("x-hub-signature-256")?.slice(0, 7), await on.text()]);
    });
    expect(await (await handler(web(await SAMPLES.hmac.genuine()))).json()).toEqual(["POST", "sha256=", BODY]);
  });

  test("a body that comes in pieces and without a length is read whole, or refused at its limit", async () => {
    const pieces = async (body: string): Promise<Request> => {
      const stream = new ReadableStream({
        start(controller) {
          for (const piece of body.match(/[\s\S]{1,7}/g) ?? []) controller.enqueue(new TextEncoder().encode(piece));
          controller.close();
        },
      });
      const { url, headers } = await SAMPLES.hmac.genuine({ body });
      return new Request(url, { method: "POST", headers: { ...headers }, body: stream, duplex: "half" } as RequestInit);
    };
    const handler = gate({ contract: SAMPLES.hmac.config, mostBodyBytes: 100 }).protect(async (request) => new Response(await request.text())); // biome-ignore format: one line
    expect(await (await handler(await pieces(BODY))).text()).toBe(BODY);
    expect((await handler(await pieces("x".repeat(101)))).status).toBe(403);
  });

  test("a body that somebody read first is refused as that, and one over the limit too", async () => {
    const one = gate({ contract: SAMPLES.hmac.config, mostBodyBytes: 1_000 });
    const handler = one.protect(() => new Response());
    const read = web(await SAMPLES.hmac.genuine());
    await read.text();
    expect((await handler(read)).status).toBe(401);
    const large = JSON.stringify("x".repeat(2_000));
    expect((await handler(web(await SAMPLES.hmac.genuine({ body: large })))).status).toBe(403);
    await one.flush();
    expect(world.sent[0]?.items).toMatchObject([{ detail: "body_consumed" }, { reason: "body_too_large" }]);
  });

  test("a contract that needs no body leaves it unread", async () => {
    const handler = gate().protect((request) => Response.json(request.bodyUsed));
    const request = new Request(URL_OF_ROUTE, {
      method: "POST",
      headers: { authorization: `Bearer ${SECRET}` },
      body: "x",
    });
    expect(await (await handler(request)).json()).toBe(false);
  });

  test("an answer whose headers cannot be changed is marked all the same", async () => {
    const answer = await gate().protect(() => Response.redirect("https://example.com/", 303))(good());
    expect(answer.status).toBe(303);
    expect(answer.headers.get("rollcall-decision")).toBe("admitted");
  });

  test("what the handler throws is the framework's to handle; the decision is reported", async () => {
    const one = gate();
    const handler = one.protect(() => {
      throw new Error("the job's own");
    });
    await expect(handler(good())).rejects.toThrow("the job's own");
    await one.flush();
    expect(world.sent[0]?.items).toMatchObject([{ outcome: "admitted" }]);
  });

  test("behind a proxy the public address is what a signature covers", async () => {
    const inside = async () => {
      const { headers, body } = await SAMPLES.qstash.genuine();
      return new Request("http://10.0.0.7:3000/api/cron/nightly?part=2", { method: "POST", headers: { ...headers }, body: body as Uint8Array<ArrayBuffer> }); // biome-ignore format: one line
    };
    const contract = SAMPLES.qstash.config;
    const without = gate({ contract });
    expect((await without.protect(() => new Response())(await inside())).status).toBe(403);
    await without.flush();
    expect(world.sent[0]?.items[0]).toMatchObject({
      reason: "wrong_subject",
      detail: expect.stringMatching(/^scheme:/),
    });
    const told = gate({ contract, publicUrl: "https://app.example.com/" });
    expect((await told.protect(() => new Response())(await inside())).status).toBe(200);
  });

  test("Rollcall's own contract takes the gate key", async () => {
    const one = gate({ contract: { kind: "rollcall" }, gateKey: SECRET });
    expect((await one.protect(() => new Response())(web(await SAMPLES.rollcall.genuine()))).status).toBe(200);
  });

  test("the ticket of a forward-auth endpoint before it names schedule and window, and admits nobody", async () => {
    const at = { route: "nightly", method: "GET", path: "/api/cron/nightly" };
    const ticket = await makeTicket(
      { ...at, schedule: "nightly", window: "2026-11-24T09:00:00.000Z", jti: "1" },
      signing,
    );
    const readTicket: GateOptions["readTicket"] = (token, expected) => verifyTicket(token, { ...signing, ...expected });
    const handed = gate({ readTicket }).protect(async (_r, { ticket: own }) => Response.json(await own()));
    const calls = (value: string, proof = `Bearer ${SECRET}`) =>
      handed(bare({ authorization: proof, "rollcall-ticket": value }));
    const own = await (await calls(ticket)).json();
    expect(await verifyTicket(own, { ...signing, ...at })).toMatchObject({ ok: true, ticket: { schedule: "nightly", window: "2026-11-24T09:00:00.000Z" } }); // biome-ignore format: one line
    for (const forged of [
      `${ticket}x`,
      await makeTicket({ ...at, path: "/", schedule: "other", window: null, jti: "1" }, signing),
    ]) {
      const unnamed = await (await calls(forged)).json();
      expect(await verifyTicket(unnamed, signing)).toMatchObject({
        ok: true,
        ticket: { schedule: null, window: null },
      });
    }
    expect((await calls(ticket, "Bearer another secret, long enough")).status).toBe(401);
  });

  test("without a gate key it decides all the same, signs nothing and says so", async () => {
    const answer = await gate({ gateKey: undefined }).protect(async (_r, { ticket }) => Response.json(await ticket()))(
      good(),
    );
    expect(await answer.json()).toBeNull();
    expect(answer.headers.has("rollcall-gate")).toBe(false);
    expect(lines[0]).toMatch(/signs nothing: gateKey is unfit/);
  });
});

describe("the read-only route behind the same gate", () => {
  test("answers what it is, and does nothing", async () => {
    const answer = await gate().probe()(good());
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ ok: true, route: "nightly", decision: expect.any(String) });
    expect((await gate().probe()(bare())).status).toBe(401);
  });

  test("a probe that signs is told the reason, and its decision is a probe's; it lets nobody in", async () => {
    const one = gate();
    const header = await makeProbeHeader("nonce-1234", { method: "GET", url: URL_OF_ROUTE }, signing);
    const answer = await one.probe()(bare({ "rollcall-probe": header }));
    expect(answer.status).toBe(401);
    expect(answer.headers.get("rollcall-reason")).toBe("missing_credentials");
    const expected = { route: "nightly", nonce: "nonce-1234" };
    expect(await verifyGateHeader(answer.headers.get("rollcall-gate"), expected, signing)).toMatchObject({ ok: true });
    await one.flush();
    expect(world.sent[0]?.items).toMatchObject([{ via: "probe", outcome: "rejected" }]);
  });

  test("an unsigned one is told nothing", async () => {
    const answer = await gate().probe()(bare({ "rollcall-probe": "1; nonce=nonce-1234; t=1795510800; sig=AAAA" }));
    expect(answer.headers.has("rollcall-reason")).toBe(false);
  });
});

describe("reports", () => {
  test("every decision, in the shape that Rollcall takes", async () => {
    const one = gate();
    await one.protect(() => new Response())(web(await SAMPLES["google-oidc"].genuine()));
    await world.pass(1_000);
    expect(world.sent[0]?.items[0]).toMatchObject({
      id: expect.any(String),
      at: "2026-11-24T09:00:00.000Z",
      route: "nightly",
      method: "POST",
      path: "/api/cron/nightly",
      outcome: "rejected",
      reason: "wrong_contract",
      detail: "jwt",
      via: "stranger",
      contractExpected: "vercel-cron",
      schedule: "nightly",
      window: "2026-11-24T09:00:00.000Z",
      presented: { scheme: "Bearer", credentials: [{ form: "jwt", token: { keyId: "k1", issuer: "https://accounts.google.com" } }] }, // biome-ignore format: one line
      source: "gate",
    });
  });

  test("carry a sentence where the gate is given the words for it", async () => {
    const told: ReportedDecision[] = [];
    const one = gate({ describe: describeDecision, onDecision: (decision) => told.push(decision) });
    await one.protect(() => new Response())(web(await SAMPLES["google-oidc"].genuine()));
    expect(told).toMatchObject([
      {
        contractResembled: "google-oidc",
        diagnosis: "The request carries an OIDC token as Google Cloud Scheduler sends it; this route expects the bearer secret (CRON_SECRET) that Vercel Cron sends in Authorization.", // biome-ignore format: one line
      },
    ]);
  });

  test("and a log of the application's own that fails, fails nothing", async () => {
    const broken = gate({
      onDecision: () => {
        throw new Error("full");
      },
    });
    expect((await broken.protect(() => new Response())(good())).status).toBe(200);
  });

  test("never delay or fail a request, whatever Rollcall does", async () => {
    for (const answer of ["away", "hangs", 500, 401] as const) {
      world.answer = answer;
      const handler = gate().protect(() => new Response("done"));
      for (let i = 0; i < 5; i++) expect(await (await handler(good())).text()).toBe("done");
    }
  });

  test("an edge is asked to live on until they are sent, by its own waitUntil", async () => {
    const kept: Promise<unknown>[] = [];
    const context = { waitUntil: (work: Promise<unknown>) => kept.push(work) };
    const handler = gate().protect((_request, _admission, _env: object, _context: typeof context) => new Response());
    await handler(good(), {}, context);
    expect(kept).toHaveLength(1);
    await Promise.all(kept);
    expect(world.sent).toHaveLength(1);
  });

  test("and by Vercel's, which hides in a symbol", async () => {
    const kept: Promise<unknown>[] = [];
    const symbol = Symbol.for("@vercel/request-context");
    const holder = globalThis as unknown as Record<symbol, unknown>;
    holder[symbol] = { get: () => ({ waitUntil: (work: Promise<unknown>) => kept.push(work) }) };
    try {
      await gate().protect(() => new Response())(good());
    } finally {
      delete holder[symbol];
    }
    expect(kept).toHaveLength(1);
  });

  test("under a flood of strangers only some are looked into, and all are refused", async () => {
    const one = gate();
    const handler = one.protect(() => new Response());
    for (let i = 0; i < 100; i++)
      expect((await handler(bare({ authorization: `Bearer "${SECRET}"` }))).status).toBe(401);
    await one.flush();
    const details = world.sent[0]?.items.map(({ detail }) => detail) ?? [];
    expect(details.filter((detail) => detail === "quoted").length).toBeGreaterThan(5);
    expect(details.filter((detail) => detail === null).length).toBeGreaterThan(50);
  });
});
