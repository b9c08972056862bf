import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { afterEach, describe, expect, test } from "vitest";
import { BODY, SAMPLES, SECRET } from "../testing/samples.ts";
import { TestWorld } from "../testing/world.ts";
import { nodeCrypto } from "./crypto/node.ts";
import { describe as describeDecision } from "./describe.ts";
import { type GateOptions, gateWith } from "./gate.ts";

const world = new TestWorld();
const gate = (more: Partial<GateOptions> = {}) =>
  gateWith({ crypto: nodeCrypto, world })({
    route: "nightly",
    contract: SAMPLES.hmac.config,
    gateKey: "the gate key of the route nightly",
    report: { url: "https://rollcall.example", key: "k" },
    ...more,
  });

let stop: (() => Promise<void>) | null = null;
afterEach(async () => {
  await stop?.();
  stop = null;
});
async function serve(handler: Parameters<typeof createServer>[1] & object): Promise<string> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  stop = () => new Promise((resolve) => server.closeAllConnections() ?? server.close(() => resolve()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const post = async (url: string, body = BODY, headers: Record<string, string> = {}) => {
  const genuine = await SAMPLES.hmac.genuine({ body });
  return fetch(url, { method: "POST", headers: { "content-type": "application/json", ...genuine.headers, ...headers }, body }); // biome-ignore format: one line
};

describe("Express", () => {
  test("the gate before the parser: the signature is checked, and the parser still finds the body", async () => {
    const app = express();
    app.post("/job", gate().node(), express.json(), (request, response) => {
      response.json({ body: request.body, via: (request as { rollcall?: { decision: { via: string } } }).rollcall?.decision.via }); // biome-ignore format: one line
    });
    const origin = await serve(app);
    const answer = await post(`${origin}/job`);
    expect(answer.headers.get("rollcall-decision")).toBe("admitted");
    expect(await answer.json()).toEqual({ body: JSON.parse(BODY), via: "scheduler" });
    expect((await post(`${origin}/job`, BODY, { "x-hub-signature-256": `sha256=${"0".repeat(64)}` })).status).toBe(401);
  });

  test("a body of many chunks comes through whole", async () => {
    const app = express();
    const body = JSON.stringify(Array.from({ length: 20_000 }, (_, i) => `item ${i}`));
    app.post("/job", gate().node(), express.json({ limit: "1mb" }), (request, response) => {
      response.json(request.body.length);
    });
    const origin = await serve(app);
    for (let i = 0; i < 5; i++) expect(await (await post(`${origin}/job`, body)).json()).toBe(20_000);
  });

  test("the gate after the parser refuses, and says what to do", async () => {
    const app = express();
    const one = gate({ describe: describeDecision });
    app.use(express.json());
    app.post(
      "/job",
      one.node((_request, response) => response.end("ran")),
    );
    const answer = await post(`${await serve(app)}/job`);
    expect(answer.status).toBe(401);
    await one.flush();
    expect(world.sent.at(-1)?.items[0]).toMatchObject({
      detail: "body_consumed",
      diagnosis: "The body was read before the gate could check it; put the gate before whatever parses bodies.",
    });
  });

  test("unless the parser kept the raw body", async () => {
    const app = express();
    app.use(express.json({ verify: (request, _response, raw) => Object.assign(request, { rawBody: raw }) }));
    app.post(
      "/job",
      gate().node((_request, response) => response.end("ran")),
    );
    expect(await (await post(`${await serve(app)}/job`)).text()).toBe("ran");
  });

  test("in a router, the path is the whole one", async () => {
    const app = express();
    const router = express.Router();
    router.all("/job", gate({ contract: { kind: "bearer", secret: SECRET } }).node((_request, response, { decision }) => response.end(decision.path))); // biome-ignore format: one line
    app.use("/api/cron", router);
    const answer = await fetch(`${await serve(app)}/api/cron/job?x=1`, {
      headers: { authorization: `Bearer ${SECRET}` },
    });
    expect(await answer.text()).toBe("/api/cron/job");
  });

  test("two Authorization headers are ambiguous, though Node would take the first", async () => {
    const one = gate({ contract: { kind: "bearer", secret: SECRET } });
    const origin = await serve((request, response) => void one.node()(request, response));
    const { connect } = await import("node:net");
    const { port } = new URL(origin);
    const text = await new Promise<string>((resolve) => {
      const socket = connect(
        Number(port),
        "127.0.0.1",
        () =>
        socket.write(`GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${SECRET}\r\nAuthorization: Bearer other\r\nConnection: close\r\n\r\n`), // biome-ignore format: one line
      );
      let all = "";
      socket.on("data", (chunk) => {
        all += chunk;
      });
      socket.on("close", () => resolve(all));
    });
    expect(text).toMatch(/^HTTP\/1\.1 401/);
  });

  test("what a handler throws goes to Express's own error handling", async () => {
    const app = express();
    const thrower = gate({ contract: { kind: "bearer", secret: SECRET } }).node(() => {
      throw new Error("the job's own");
    });
    app.get("/job", thrower);
    const handle: express.ErrorRequestHandler = (error, _request, response, _next) => {
      response.status(500).end(error.message);
    };
    app.use(handle);
    const answer = await fetch(`${await serve(app)}/job`, { headers: { authorization: `Bearer ${SECRET}` } });
    expect([answer.status, await answer.text()]).toEqual([500, "the job's own"]);
  });
});

describe("node:http", () => {
  test("a handler reads the body as if nobody had", async () => {
    const protect = gate().node(async (request: import("node:http").IncomingMessage, response) => {
      let text = "";
      for await (const chunk of request) text += chunk;
      response.end(text);
    });
    const origin = await serve((request, response) => void protect(request, response));
    expect(await (await post(origin)).text()).toBe(BODY);
    expect(await (await post(origin, "")).text()).toBe("");
  });

  test("a body that is too large is refused before it is read", async () => {
    const origin = await serve((request, response) => void gate({ mostBodyBytes: 100 }).node()(request, response));
    expect((await post(origin, "x".repeat(200))).status).toBe(403);
    const chunked = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 5; i++) controller.enqueue(new TextEncoder().encode("x".repeat(50)));
        controller.close();
      },
    });
    const answer = await fetch(origin, { method: "POST", body: chunked, duplex: "half", headers: { "x-hub-signature-256": `sha256=${"0".repeat(64)}` } } as RequestInit); // biome-ignore format: one line
    expect(answer.status).toBe(403);
  });
});
