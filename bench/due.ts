/**
 * From `dueBy` to the stored incident: 10,000 schedules whose `dueBy` is spread over a minute, or falls on one instant,
 * among so many registered ones; and when the first message went out to a webhook.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Child, percentile, startChild } from "./child.ts";
import { insertSchedules } from "./schedules.ts";

const MISSING = 10_000;

export interface DueFigures {
  readonly registered: number;
  readonly stored: number;
  readonly p50: number;
  readonly p99: number;
  /** Until the last was stored. */
  readonly last: number;
  /** Until the first message came; from the first `dueBy`. */
  readonly firstMessage: number | null;
}

async function receiver(): Promise<{ url: string; first: () => number | null; close: () => void }> {
  let first: number | null = null;
  const server = createServer((request, response) => {
    first ??= Date.now();
    request.resume();
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    first: () => first,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function api(child: Child, path: string, body: object): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${child.port}/api/v1${path}`, {
    method: "PUT",
    headers: { authorization: "Bearer bench-key-0123456789", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

/** @param spreadMs 0: all at one instant */
export async function dueRound(given: { registered: number; spreadMs: number }): Promise<DueFigures> {
  const hook = await receiver();
  const child = await startChild("./bench-server.ts", { ROLLCALL_API_KEY: "bench-key-0123456789" });
  await api(child, "/webhooks/bench", { url: hook.url, secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" });
  const now = Date.now();
  const rest = given.registered - MISSING;
  if (rest > 0) {
    await insertSchedules(child.connection, {
      count: rest,
      prefix: "other",
      spec: () => ({ kind: "cron", expression: "0 0 1 1 *", dialect: "rollcall" }),
      graceSeconds: 3_600,
      expectedFrom: () => now,
      deadline: () => now + 86_400_000,
    });
  }
  // Every schedule is due once: an interval of a day, whose first time comes soon.
  const firstDue = Date.now() + 15_000;
  const dueAt = (n: number): number => firstDue + Math.floor((n * given.spreadMs) / MISSING);
  const graceSeconds = 5;
  await insertSchedules(child.connection, {
    count: MISSING,
    prefix: "due",
    spec: (n) => ({
      kind: "interval",
      everySeconds: 86_400,
      anchor: new Date(dueAt(n) - graceSeconds * 1_000).toISOString(),
    }),
    graceSeconds,
    expectedFrom: () => now - 60_000,
    deadline: (n) => dueAt(n) + 1,
  });
  const client = new pg.Client(child.connection);
  await client.connect();
  const inserted = Date.now();
  if (inserted > firstDue - 500)
    throw new Error(`the schedules were not there in time: ${inserted - firstDue} ms late`);
  const deadline = firstDue + given.spreadMs + 60_000;
  // Seen from outside, every 20 ms: what is found has been committed, a little before.
  const late: number[] = [];
  let last = 0;
  await sleep(Math.max(0, firstDue - Date.now() - 100));
  while (late.length < MISSING && Date.now() < deadline) {
    const { rows } = await client.query<{ number: string; since: number }>(
      "SELECT number, (extract(epoch FROM since) * 1000)::float8 AS since FROM incident WHERE number > $1 ORDER BY number",
      [last],
    );
    const seen = Date.now();
    for (const row of rows) {
      late.push(seen - row.since);
      last = Math.max(last, Number(row.number));
    }
    await sleep(20);
  }
  const first = hook.first();
  await client.end();
  await child.stop();
  hook.close();
  return {
    registered: given.registered,
    stored: late.length,
    p50: percentile(late, 50),
    p99: percentile(late, 99),
    last: Math.max(...late),
    firstMessage: first === null ? null : first - firstDue,
  };
}

if (process.argv[1]?.endsWith("due.ts")) {
  const [registered = "10000", spread = "60000"] = process.argv.slice(2);
  console.log(await dueRound({ registered: Number(registered), spreadMs: Number(spread) }));
}
