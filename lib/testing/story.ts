/**
 * Failure stories played for real: a route and a schedule in Rollcall, a target with the real gate in front (or none),
 * the scheduler's request over a socket, the gate's report over HTTP, and then what is shown. Only tests import it.
 */
import { randomUUID } from "node:crypto";
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach } from "vitest";
import type { RequestParts } from "#gate/contracts/contract.ts";
import type { ContractConfig } from "#gate/contracts/register.ts";
import { nodeCrypto } from "#gate/crypto/node.ts";
import { type Gate, type GateOptions, gateWith } from "#gate/gate.ts";
import { world } from "#gate/world.ts";
import { createKey } from "#lib/access/keys.ts";
import type { VerificationShape } from "#lib/boundary/verification.ts";
import { askSilence } from "#lib/engine/ask-silence.ts";
import { judgeDue } from "#lib/engine/judge-due.ts";
import { HOUR, type Instant, instant } from "#lib/time/instant.ts";
import { viewWindows } from "#lib/views/windows.ts";
import { apiListener } from "#server/api/listener.ts";
import { type Call, keyCaller } from "./api.ts";
import { useDatabase } from "./database.ts";
import { SYSTEM } from "./people.ts";
import { succeeded } from "./result.ts";
import { at, givenSchedule } from "./schedules.ts";

const PUBLIC_URL = "https://app.example.com";
const PATH = "/api/cron/nightly";

export interface Told {
  readonly verdict: string;
  readonly cause: string | null;
  readonly reason: string | null;
  /** What a probe of a silent window found, or a gate said. */
  readonly diagnosis: string | null;
  /** Of the incident, behind its "since …": the part that names the mistake; `null`: there is no incident. */
  readonly because: string | null;
  readonly decisions: readonly {
    readonly outcome: string;
    readonly reason: string;
    readonly via: string;
    readonly contractResembled?: string | null;
    readonly diagnosis?: string | null;
    readonly executionId?: string | null;
  }[];
}

export interface Verified {
  readonly green: boolean;
  /** `reason` of every case that did not pass, each once. */
  readonly red: readonly string[];
  readonly sentences: readonly string[];
  /** The sentence of the open `boundary_drift` incident. */
  readonly drift: string | null;
}

export interface Request {
  readonly method?: string;
  /** Default: the path of the route. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Story {
  readonly route: string;
  readonly slug: string;
  readonly gateKey: string;
  /** The public address of the job. */
  readonly url: string;
  /** The real gate, as the application of the story configured it; it decides by the clock of the test. */
  gate(options?: Partial<GateOptions>): Gate;
  /** Listens until the test is over; answers its origin. */
  serve(handle: RequestListener): Promise<string>;
  /** A server whose job stands behind that gate, and never checks in. */
  guarded(options?: Partial<GateOptions>): Promise<string>;
  /** What the scheduler sends, three seconds after the expected time; answers the status. */
  calls(origin: string, request: Request): Promise<number>;
  /** Runs the matrix; what is red, and what the incident of the route says. */
  verifies(): Promise<Verified>;
  /** Everything is reported, the grace is over, the engine has judged: what Rollcall tells now. */
  ends(): Promise<Told>;
}

/** A request as a platform made it, as it goes over the wire to a target. */
export const sentAs = (parts: RequestParts): Request => ({
  method: parts.method,
  headers: parts.headers,
  ...(parts.body instanceof Uint8Array && parts.body.length > 0 ? { body: Buffer.from(parts.body).toString() } : {}),
});

export function send(origin: string, { method = "GET", path = PATH, headers = {}, body }: Request): Promise<number> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const sent = http.request(`${origin}${path}`, { method, headers: { ...headers, ...length }, agent: false });
    sent.on("response", (answer) => answer.resume().on("end", () => resolve(answer.statusCode ?? 0)));
    sent.on("error", reject).end(body);
  });
}

const ended = (_request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(200, { "content-type": "application/json" }).end('{"ok":true}');
};

export function useStories() {
  const db = useDatabase();
  const servers: http.Server[] = [];
  const held: { call?: Call; reportTo?: { url: string; key: string } } = {};
  let day = 0;
  let start: Instant = at("2027-01-12T00:00:00Z");
  const serve = async (handle: RequestListener): Promise<string> => {
    const server = http.createServer(handle);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const moment = (minutes: number, seconds = 0): Instant => instant(start + (minutes * 60 + seconds) * 1_000);

  beforeAll(async () => {
    held.call = await keyCaller("write");
    const { text } = succeeded(
      await createKey({ actor: SYSTEM, now: db.clock.now() }, { name: "gates", scope: "report" }),
    );
    held.reportTo = { url: await serve(apiListener), key: text };
  });
  afterAll(() =>
    Promise.all(
      servers.map((server) => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    ),
  );
  beforeEach(() => {
    start = instant(at("2027-01-12T00:00:00Z") + day++ * 24 * HOUR);
    db.clock.at = start;
  });

  /** An hourly schedule behind a route of this contract; nothing has run. */
  async function given(
    contract: ContractConfig,
    more: { readonly schedule?: object; readonly route?: object } = {},
  ): Promise<Story> {
    const { call, reportTo } = held;
    if (!call || !reportTo) throw new Error("it is there from beforeAll on");
    const route = `route-${randomUUID().slice(0, 8)}`;
    const url = `${PUBLIC_URL}${PATH}`;
    const made = await call("PUT", `/routes/${route}`, { contract, url, ...more.route });
    if (made.status !== 201) throw new Error(JSON.stringify(made.body));
    const { gateKey } = made.body as { gateKey: string };
    const id = await givenSchedule(start, { route, path: PATH, ...more.schedule });
    const [row] = await db.sql.query<{ slug: string }>("SELECT slug FROM schedule WHERE id = $1::uuid", [id]);
    const slug = row?.slug ?? "";
    const gates: Gate[] = [];
    const gate: Story["gate"] = (options = {}) => {
      const make = gateWith({ crypto: nodeCrypto, world: { ...world, now: () => db.clock.now() } });
      const configured = make({
        ...{ route, contract, gateKey, report: reportTo, publicUrl: PUBLIC_URL, log: () => {} },
        ...options,
      });
      gates.push(configured);
      return configured;
    };
    return {
      ...{ route, slug, gateKey, url, gate, serve },
      guarded: (options) => {
        const guard = gate(options).node(ended);
        return serve((request, response) => void guard(request, response));
      },
      calls(origin, request) {
        db.clock.at = moment(60, 3);
        return send(origin, request);
      },
      async verifies() {
        const { body } = await call("POST", `/routes/${route}/verify`);
        const { green, cases } = body as Pick<VerificationShape, "green" | "cases">;
        const red = cases.filter(({ passed }) => passed === false);
        const [drift] = await db.sql.query<{ sentence: string }>(
          "SELECT sentence FROM incident WHERE kind = 'boundary_drift' AND subject = $1 AND state <> 'resolved'",
          [route],
        );
        const each = (of: (one: (typeof red)[number]) => string) => [...new Set(red.map(of))];
        return { green, red: each((one) => one.reason), sentences: each((one) => one.sentence), drift: drift?.sentence ?? null }; // biome-ignore format: one line
      },
      async ends() {
        for (const one of gates) await one.flush();
        const now = moment(71);
        db.clock.at = now;
        while ((await judgeDue(db.pool, { now, atMost: 100 })).judged > 0);
        // Silence is asked: what the probe finds stands in the incident.
        await askSilence({ pool: db.pool, clock: db.clock, secret: db.runtime.config.secret });
        const ctx = { actor: SYSTEM, now };
        const asked = { slug, from: start, to: null, page: { limit: 100, cursor: null } };
        const window = succeeded(await viewWindows(ctx, asked)).items.find(
          (one) => Date.parse(one.expectedAt) === moment(60),
        );
        if (!window) throw new Error("there is no such window");
        const listed = await call("GET", `/boundary/decisions?route=${route}`);
        const [incident] = await db.sql.query<{ sentence: string }>(
          "SELECT i.sentence FROM incident i JOIN schedule s ON s.id = i.schedule_id WHERE s.slug = $1",
          [slug],
        );
        return {
          ...{ verdict: window.verdict, cause: window.cause ?? null, reason: window.reason ?? null },
          diagnosis: window.diagnosis ?? null,
          because: incident?.sentence.replace(/^.*?\(UTC\)\. /, "") ?? null,
          decisions: (listed.body as { items: Told["decisions"] }).items,
        };
      },
    };
  }
  return {
    db,
    given,
    serve,
    moment,
    get now() {
      return db.clock.now();
    },
  };
}
