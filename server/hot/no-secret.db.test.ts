/**
 * No byte of a secret or signature ever reaches storage, logs or API, by whichever door a decision comes: the forward-auth
 * endpoint, the library and its report, a log drain, the verification matrix, and a careless reporter of somebody's own.
 * Everything that lies in the database afterwards is read, every answer, and every line of the log.
 */
import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import fc from "fast-check";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RequestParts } from "#gate/contracts/contract.ts";
import { CONTRACT_KINDS } from "#gate/contracts/kinds.ts";
import { createGate } from "#gate/index-node.ts";
import { createKey } from "#lib/access/keys.ts";
import { type Listener, startListener } from "#lib/db/listen.ts";
import { log } from "#lib/log.ts";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { givenTarget, type Target } from "#lib/testing/target.ts";
import "#lib/testing/seed.ts";
import { instant } from "#lib/time/instant.ts";
import { placed } from "../../packages/gate/testing/placed.ts";
import { BODY, SAMPLES } from "../../packages/gate/testing/samples.ts";
import { apiListener } from "../api/listener.ts";
import { type Gate, openGate } from "../gate.ts";

const db = useDatabase();
let gate: Gate;
let listener: Listener;
let server: Server;
let key: Call;
let target: Target;
let origin = "";
let reportKey = "";
/** What was answered and logged in one round. */
const said: string[] = [];

beforeAll(async () => {
  const stream = (log as unknown as Record<symbol, { write(line: string): unknown }>)[pino.symbols.streamSym];
  if (!stream) throw new Error("the log has a stream");
  stream.write = (line) => said.push(line);
  // The library reads the machine's clock.
  db.clock.at = instant(Date.now());
  key = await keyCaller("write");
  const ctx = { actor: SYSTEM, now: db.clock.now() };
  reportKey = succeeded(await createKey(ctx, { name: "gates", scope: "report" })).text;
  listener = await startListener({ connection: db.connection, sleep: (length) => pause(Math.min(length, 100)) });
  gate = await openGate({ runtime: db.runtime, listener, log });
  server = createServer((request, response) =>
    request.url?.startsWith("/gate/") ? gate.door(request, response) : apiListener(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // An application that says everything that it is told, wherever it can.
  target = await givenTarget((request, response, body) => {
    const sent = Object.values(request.headers)
      .join(" ")
      .replace(/[^\x20-\x7e]/g, "?");
    const echo = {
      "www-authenticate": sent,
      allow: sent,
      server: sent,
      "rollcall-reason": sent,
      "x-vercel-error": sent,
    };
    const status = [200, 302, 401, 403, 405, 500][target.asked.length % 6] ?? 200;
    response.writeHead(status, { ...echo, location: `/x/${encodeURIComponent(sent)}` }).end(`${sent} ${body}`);
  });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await gate.close();
  await listener.stop();
});

/** Letters that no word of ours has six of in a row, so that a run that shows up came from the secret. */
const odd = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(..."QXZJKWVqxzjkwv7"), minLength: min, maxLength: max });
const SECRET_FIELDS = ["secret", "nextSecret", "password", "nextPassword", "currentSigningKey", "nextSigningKey", "signingKey"]; // biome-ignore format: a list

/** Everything that lies in the database, as text; bytes as hexadecimal digits and as base64. */
async function everythingStored(): Promise<string> {
  const tables = await db.sql.query<{ name: string }>(
    "SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
  );
  const all: string[] = [];
  for (const { name } of tables)
    all.push(JSON.stringify(await db.sql.query(`SELECT to_jsonb(t) AS row FROM ${name} t`)));
  return all.join("\n");
}

const ask = async (path: string, init: RequestInit): Promise<Response> => {
  const answer = await fetch(`${origin}${path}`, { ...init, redirect: "manual" });
  said.push(JSON.stringify([...answer.headers]), await answer.clone().text());
  return answer;
};
const told = async (...asked: Parameters<Call>) => {
  const answer = await key(...asked);
  said.push(JSON.stringify(answer.body));
  return answer;
};

interface Round {
  readonly kind: (typeof CONTRACT_KINDS)[number];
  readonly configured: string;
  readonly secret: string;
  readonly other: string;
  readonly place: number;
  /** Whether the database refuses what the gate would store, so that trouble is logged. */
  readonly trouble: boolean;
}

const drained = (at: number, { secret }: Round): readonly string[] => {
  const path = `/api/cron/nightly?token=${secret}#${secret}`;
  const time = new Date(at).toISOString();
  const agent = `vercel-cron/1.0 ${secret}`;
  const clf = new Date(at).toUTCString().replace(/^\w+, (\d+) (\w+) (\d+) ([\d:]+) GMT$/, "$1/$2/$3:$4 +0000");
  return [
    `203.0.113.9 - ${secret} [${clf}] "GET ${path} HTTP/1.1" 308 162 "https://x/?k=${secret}" "${agent}"`,
    JSON.stringify({ time_iso8601: time, request_method: "GET", request_uri: path, status: "401", http_user_agent: agent, http_authorization: secret, request_id: secret }), // biome-ignore format: one line
    JSON.stringify({ id: secret, projectId: "p", source: "lambda", timestamp: at, requestId: secret, message: secret, proxy: { timestamp: at, method: "GET", path, statusCode: 404, userAgent: [agent], referer: secret } }), // biome-ignore format: one line
    JSON.stringify({ EdgeStartTimestamp: at * 1_000_000, ClientRequestMethod: "GET", ClientRequestURI: path, EdgeResponseStatus: 403, ClientRequestUserAgent: agent, RayID: "8f", Cookies: { s: secret } }), // biome-ignore format: one line
    JSON.stringify({ at: time, method: "GET", path: `https://u:${secret}@app.example.com${path}`, status: 500, userAgent: agent, id: secret }), // biome-ignore format: one line
    `nonsense ${secret}`,
  ];
};

async function throughEveryDoor(round: Round): Promise<void> {
  const { kind, configured, secret, other, place } = round;
  const name = `r-${randomUUID().slice(0, 8)}`;
  // A key of Standard Webhooks has to be base64.
  const padded = configured.slice(0, configured.length - (configured.length % 4));
  const config = Object.fromEntries(
    Object.entries(SAMPLES[kind].config).map(([option, value]) => [option, SECRET_FIELDS.includes(option) ? padded : value]), // biome-ignore format: one line
  );
  const manual = { kind: "bearer", secret: `${other}${other}` };
  const route = { contract: config, manual, url: "https://app.example.com/api/cron/nightly", proxyKey: other };
  const probe = { probeUrl: `${target.origin}/probe`, probeMethods: ["POST"], allowPrivateNetwork: true };
  // What is no JSON is not quoted in its refusal.
  await told("PUT", `/routes/${name}`, `{"contract":{"kind":"bearer","secret":"${secret}" oops`);
  await told("PUT", `/routes/${name}`, { ...route, contract: { kind: "bearer", secret: `${secret}\n${secret}` } });
  const made = await key("PUT", `/routes/${name}`, { ...route, ...probe });
  expect([kind, made.status, made.body.errors ?? null]).toEqual([kind, 201, null]);
  const { gateKey } = made.body as { readonly gateKey: string };
  await told("PUT", "/schedules/guarded", {
    ...{
      name: "Guarded",
      spec: { kind: "interval", everySeconds: 60 },
      timezone: "UTC",
      route: name,
      graceSeconds: 30,
    },
  });

  const all: Readonly<Record<string, string>>[] = [
    placed(secret, other)[place] ?? {},
    placed(padded.slice(0, 18), `"${padded}"`)[place] ?? {},
    { ...(await SAMPLES[kind].genuine()).headers, ...placed(secret, other)[place] },
  ];
  const uri = `/api/cron/nightly?secret=${secret}`;
  for (const headers of all) {
    const original = { "x-original-method": "POST", "x-original-uri": uri, "rollcall-proxy-key": other };
    while ((await ask(`/gate/${name}`, { headers: { ...headers, ...original } })).headers.get("rollcall-reason") === "route_unknown") await pause(5); // biome-ignore format: one line
    await ask(`/gate/${name}`, { headers: { ...headers, ...original, "rollcall-proxy-key": secret } });
  }

  const logged: string[] = [];
  const library = createGate({
    ...{ route: name, contract: config as never, gateKey, others: [{ owner: "billing", value: other }] },
    report: { url: origin, key: reportKey },
    log: (line) => logged.push(line),
    onDecision: (decision) => logged.push(JSON.stringify(decision)),
  });
  for (const headers of all) {
    const parts: RequestParts = {
      method: "POST",
      url: `https://app.example.com${uri}`,
      headers,
      body: Buffer.from(BODY),
    };
    await library.decide(parts);
  }
  await library.flush();
  said.push(...logged);

  for (const line of drained(db.clock.now(), round)) await told("POST", `/drains/${name}`, line);
  await told("POST", "/boundary/decisions", {
    ...{ route: name, outcome: "rejected", reason: "wrong_secret", method: "GET", path: uri },
    detail: `Bearer ${secret}`,
    diagnosis: `The header was "Authorization: Bearer ${secret}", not Basic ${btoa(secret)}`,
    presented: { authorization: secret, headers: ["authorization"], scheme: secret, lengths: { authorization: 9 }, credentials: [{ form: "bearer-secret", where: "authorization", length: 9, value: secret }] }, // biome-ignore format: one line
  });
  await told("POST", `/routes/${name}/verify`);
  await told("POST", `/routes/${name}/verify`, undefined, { accept: "application/junit+xml" });
  for (const path of [`/routes/${name}`, "/routes", `/routes/${name}/verifications`, `/boundary/decisions?route=${name}`, "/incidents", "/outages", "/schedules/guarded/windows"]) // biome-ignore format: one line
    await told("GET", path);
  const stored = `/boundary/decisions?route=${name}&source=forward-auth`;
  for (let i = 0; !round.trouble && i < 100 && (await key("GET", stored)).body.items?.length === 0; i++)
    await pause(10);
}

const runsOf = (text: string, length: number): readonly string[] =>
  Array.from({ length: Math.max(0, text.length - length + 1) }, (_, i) => text.slice(i, i + length));
/** What of a secret would be a leak: six letters in a row, also where it was written in another way. */
const leaks = (value: string): readonly string[] => [
  ...runsOf(value, 6),
  ...runsOf(btoa(value).replace(/=+$/, ""), 8),
  ...runsOf(Buffer.from(value).toString("hex"), 16),
];

test("no byte of a secret or signature ever reaches storage, logs or API", async () => {
  const round = fc.record<Round>({
    ...{ kind: fc.constantFrom(...CONTRACT_KINDS), configured: odd(24, 40), secret: odd(16, 60), other: odd(16, 30) },
    ...{ place: fc.nat(15), trouble: fc.boolean() },
  });
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(round, async (one) => {
      said.length = 0;
      if (one.trouble) await db.sql.query("ALTER TABLE decision ADD CONSTRAINT unwilling CHECK (source <> 'forward-auth') NOT VALID"); // biome-ignore format: one line
      try {
        await throughEveryDoor(one);
      } finally {
        if (one.trouble) await db.sql.query("ALTER TABLE decision DROP CONSTRAINT unwilling");
      }
      // Trouble with storing is logged behind the answer; then the decisions are stored all the same, or given up.
      for (let i = 0; one.trouble && i < 200 && !said.some((line) => line.includes("Trouble with the gate")); i++) await pause(10); // biome-ignore format: one line
      if (said.some((line) => line.includes("Trouble with the gate"))) seen.add("trouble");
      for (const { source } of await db.sql.query<{ source: string }>("SELECT DISTINCT source FROM decision")) seen.add(source); // biome-ignore format: one line
      const everything = `${said.join("\n")}\n${await everythingStored()}`;
      for (const run of [one.configured, one.secret, one.other].flatMap(leaks))
        if (everything.includes(run)) expect(around(everything, run)).toBe("nowhere");
    }),
    { numRuns: 15 },
  );
  expect([...seen].sort()).toEqual(["drain", "forward-auth", "gate", "trouble"]);
}, 120_000);

/** What stands around a leak, so that a failure says where it is. */
const around = (text: string, run: string): string => {
  const at = text.indexOf(run);
  return text.slice(Math.max(0, at - 200), at + 100);
};
