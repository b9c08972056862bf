/** Decisions taken in a second in batches of 1,000, attributed and judged, beside plain COPY and a loop of INSERTs. */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { startChild } from "./child.ts";
import { insertSchedules } from "./schedules.ts";

const BATCH = 1_000;
const CONNECTIONS = 4;
const SCHEDULES = 1_000;
const KEY = "rck_bench_0123456789abcdefghijklmnopqrstuvwxyz";

const presented = {
  method: "GET",
  headers: ["accept", "authorization", "host", "user-agent", "x-vercel-cron-schedule"],
  scheme: "Bearer",
  lengths: { authorization: 39 },
  credentials: [{ form: "bearer-secret", where: "authorization", length: 39 }],
  hints: [{ of: "vercel-cron", platform: "Vercel Cron", words: "its user agent" }],
  bodyLength: 0,
};

const decision = (n: number) => ({
  ...{ id: randomUUID(), at: new Date().toISOString(), route: "cron-api", method: "GET", path: `/api/load-${n}` },
  ...{ outcome: "admitted", reason: "admitted", detail: null, via: "scheduler", contractExpected: "vercel-cron" },
  ...{ contractResembled: "vercel-cron", diagnosis: null, presented, source: "gate" },
});

export interface DecisionFigures {
  readonly perSecond: number;
  readonly copied: number;
  readonly inserted: number;
}

/** Rows a second by COPY, and by one INSERT after the other, into a table like the one that decisions are stored in. */
async function plainly(client: pg.Client, batches: number): Promise<Pick<DecisionFigures, "copied" | "inserted">> {
  await client.query(
    "CREATE TABLE plain (id uuid PRIMARY KEY, at timestamptz, route text, method text, path text, outcome text, presented jsonb)",
  );
  const row = (n: number): string =>
    [
      randomUUID(),
      new Date().toISOString(),
      "cron-api",
      "GET",
      `/api/load-${n}`,
      "admitted",
      JSON.stringify(presented),
    ].join("\t");
  let started = performance.now();
  for (let i = 0; i < batches; i++) {
    const lines = `${Array.from({ length: BATCH }, (_, n) => row(n)).join("\n")}\n`;
    await pipeline(Readable.from([lines]), client.query(copyFrom("COPY plain FROM STDIN")));
  }
  const copied = (batches * BATCH * 1_000) / (performance.now() - started);
  started = performance.now();
  for (let n = 0; n < BATCH; n++) {
    await client.query("INSERT INTO plain VALUES ($1, $2, $3, $4, $5, $6, $7)", row(n).split("\t"));
  }
  return { copied, inserted: (BATCH * 1_000) / (performance.now() - started) };
}

export async function decisionsRound(seconds: number): Promise<DecisionFigures> {
  const server = await startChild("./bench-server.ts", { ROLLCALL_API_KEY: KEY });
  const now = Date.now();
  await insertSchedules(server.connection, {
    count: SCHEDULES,
    prefix: "load",
    spec: () => ({ kind: "cron", expression: "*/5 * * * *", dialect: "rollcall" }),
    graceSeconds: 900,
    expectedFrom: () => Math.floor(now / 300_000) * 300_000 - 1,
    deadline: () => now + 1_200_000,
  });
  const client = new pg.Client(server.connection);
  await client.connect();
  await client.query("UPDATE schedule SET route = 'cron-api', path = '/api/' || slug WHERE slug LIKE 'load-%'");
  const headers = { authorization: `Bearer ${KEY}`, "content-type": "application/json" };
  const call = (method: string, path: string, body: string) =>
    fetch(`http://127.0.0.1:${server.port}/api/v1${path}`, { method, headers, body });
  const contract = { kind: "vercel-cron", secret: "a-secret-of-the-bench-0123456789" };
  await call("PUT", "/routes/cron-api", JSON.stringify({ contract }));
  let stored = 0;
  const send = async (body: string): Promise<void> => {
    const answer = await call("POST", "/boundary/decisions", body);
    if (answer.status !== 202) throw new Error(`${answer.status}: ${await answer.text()}`);
    stored += ((await answer.json()) as { stored: number }).stored;
  };
  const bodies = Array.from({ length: seconds * 40 }, (_, b) =>
    JSON.stringify({ items: Array.from({ length: BATCH }, (__, n) => decision((b * 7 + n) % SCHEDULES)) }),
  );
  for (let i = 0; i < 5; i++) await send(bodies.pop() ?? "");
  stored = 0;
  const started = performance.now();
  const until = started + seconds * 1_000;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let body = bodies.pop(); body !== undefined && performance.now() < until; body = bodies.pop())
        await send(body);
    }),
  );
  const perSecond = (stored * 1_000) / (performance.now() - started);
  const plain = await plainly(client, 20);
  await client.end();
  await server.stop();
  return { perSecond, ...plain };
}
