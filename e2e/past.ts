/**
 * A past for a journey: schedules that were there for weeks, and what came of their windows, written where Rollcall
 * keeps it. What it makes of that — verdicts, causes, incidents — it makes by itself.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { ask } from "./pages.ts";
import type { Rollcall } from "./rollcall.ts";

export interface PastRun {
  /** ms since 1970; `null`: it goes on. */
  readonly from: number;
  readonly to: number | null;
  readonly outcome?: "success" | "fail" | "running";
}

export interface PastSchedule {
  readonly slug: string;
  readonly name?: string;
  readonly spec: object;
  readonly graceSeconds: number;
  readonly earlySeconds?: number;
  readonly maxRuntimeSeconds?: number;
  readonly tags?: readonly string[];
  readonly environment?: string;
  readonly owner?: string;
  readonly route?: string;
  /** From when on it was expected, in ms. */
  readonly since: number;
  readonly runs: readonly PastRun[];
  /** Moments at which a gate refused its scheduler. */
  readonly refusals?: readonly number[];
}

/** The embedded database of a data folder; as root it lies elsewhere, and the folder says where. */
export function connectionOf(dataDir: string): pg.ClientConfig {
  const pointer = join(dataDir, "database-is-at");
  const at = existsSync(pointer) ? readFileSync(pointer, "utf8").trim() : dataDir;
  return { host: join(at, "socket"), user: "rollcall", database: "rollcall" };
}

async function databaseOf(dataDir: string): Promise<pg.Client> {
  const client = new pg.Client(connectionOf(dataDir));
  await client.connect();
  return client;
}

const moments = (values: readonly (number | null)[]): (string | null)[] =>
  values.map((value) => (value === null ? null : new Date(value).toISOString()));

async function writePast(client: pg.Client, past: PastSchedule): Promise<void> {
  const { rows } = await client.query<{ id: string }>("SELECT id FROM schedule WHERE slug = $1", [past.slug]);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error(`${past.slug} is not there`);
  const since = new Date(past.since).toISOString();
  await client.query("UPDATE schedule SET created_at = $2, expected_from = $2 WHERE id = $1", [id, since]);
  await client.query("UPDATE schedule_version SET effective_from = $2 WHERE schedule_id = $1", [id, since]);
  await client.query(
    `INSERT INTO run (id, project_id, schedule_id, started_at, finished_at, outcome, has_start, source)
     SELECT id, 1, $1, started_at, finished_at, outcome, true, 'ping'
     FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::text[]) AS t (id, started_at, finished_at, outcome)`,
    [
      id,
      past.runs.map(() => randomUUID()),
      moments(past.runs.map(({ from }) => from)),
      moments(past.runs.map(({ to }) => to)),
      past.runs.map(({ outcome, to }) => outcome ?? (to === null ? "running" : "success")),
    ],
  );
  const refusals = past.refusals ?? [];
  await client.query(
    `INSERT INTO decision (id, project_id, at, received_at, route, schedule_ids, ambiguous, outcome, via, reason, diagnosis, presented, source)
     SELECT id, 1, at, at, $2, ARRAY[$1::uuid], false, 'rejected', 'scheduler', 'signature_missing',
       'The request carries a bearer secret as Vercel Cron sends it; this route expects an HMAC signature.', '{}', 'gate'
     FROM unnest($3::uuid[], $4::timestamptz[]) AS t (id, at)`,
    [id, past.route ?? "cron-api", refusals.map(() => randomUUID()), moments(refusals)],
  );
  await client.query(
    `UPDATE schedule_state SET judged_through = $2, next_deadline = $2, last_run_at = $3, rejected_at = $4 WHERE schedule_id = $1`,
    [id, since, ...moments([past.runs.at(-1)?.from ?? null, refusals.at(-1) ?? null])],
  );
}

/** Makes the schedules by the API, then gives them their past. */
export async function givePast(rollcall: Rollcall, schedules: readonly PastSchedule[]): Promise<void> {
  for (const { slug, since: _, runs: __, refusals: ___, name, route: ____, ...body } of schedules) {
    await ask(rollcall, `/schedules/${slug}`, {
      method: "PUT",
      body: { name: name ?? slug, timezone: "UTC", ...body },
    });
  }
  const client = await databaseOf(rollcall.dataDir);
  try {
    for (const past of schedules) await writePast(client, past);
    await client.query("SELECT pg_notify('rollcall_registry', '*'), pg_notify('rollcall_deadline', '')");
  } finally {
    await client.end();
  }
}
