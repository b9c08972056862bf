/** What `cron.job_run_details` tells: one row a run, made by pg_cron's one launcher, so that a higher runid is later. */
import type pg from "pg";
import { z } from "zod";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { FiredThere, RanThere, Reading } from "./driver.ts";
import { DriverRefusal } from "./postgres.ts";

export interface Job {
  readonly id: string;
  readonly name: string | null;
  readonly schedule: string;
  readonly command: string;
  readonly database: string;
  readonly username: string;
  readonly active: boolean;
  readonly nodename: string;
  /** As whom Rollcall signs in. */
  readonly me: string;
  readonly zone: string;
}

const cursorShape = z.object({
  job: z.string(),
  /** The highest runid that was read. */
  run: z.string(),
  /** Those that had not ended then. */
  open: z.array(z.string()),
  readTo: z.number(),
});
type Cursor = z.infer<typeof cursorShape>;

interface Row {
  readonly id: string;
  readonly status: string;
  readonly message: string | null;
  readonly started: number | null;
  readonly finished: number | null;
}

/** In one reading. */
const AT_MOST = 1_000;
/** pg_cron looks once a second at what is due, and writes its row as it starts it: so far back the history is whole. */
const SETTLED = 3_000;
/** The first reading begins so far back. */
const FIRST = 3_600_000;
/** Rows that were there at the last reading are not looked for again; after so long some may have been deleted since. */
const MAY_BE_PURGED = 3_600_000;

const ROWS = `SELECT runid::text AS id, status, return_message AS message,
    extract(epoch FROM start_time)::float8 * 1000 AS started, extract(epoch FROM end_time)::float8 * 1000 AS finished
  FROM cron.job_run_details`;

/**
 * What pg_cron itself could not begin; its other failures are the command's. From the source of 1.4 to 1.6
 * (src/pg_cron.c), where these are all the messages of its own.
 */
const NOT_BEGUN =
  /^(?:connection failed|connection lost|could not start background process|job canceled|job startup timeout|FATAL:|failed to (?:connect|initialize))/i;
const BROKEN_OFF = /^server restarted/i;
const ENDED = new Set(["succeeded", "failed"]);

const at = (epochMs: number): Instant => instant(Math.floor(epochMs));

const oneLine = (text: string | null): string | null => text?.replace(/\s+/g, " ").trim().slice(0, 500) || null;

function attemptOf(row: Row, now: Instant): FiredThere | null {
  const notBegun = row.status === "failed" && NOT_BEGUN.test(row.message ?? "");
  if (!notBegun && row.started === null) {
    // Begun a moment ago, or cut off before it began.
    if (!ENDED.has(row.status)) return null;
  }
  const moment = row.started ?? row.finished;
  return {
    id: `pg-cron run ${row.id}`,
    at: moment === null ? now : at(moment),
    scheduledFor: null,
    outcome: notBegun ? "no_answer" : BROKEN_OFF.test(row.message ?? "") ? "answer_unknown" : "answered",
    status: null,
    latencyMs: null,
    error: notBegun || BROKEN_OFF.test(row.message ?? "") ? oneLine(row.message) : null,
  };
}

function runOf(row: Row): RanThere | null {
  if (row.started === null || (row.status === "failed" && NOT_BEGUN.test(row.message ?? ""))) return null;
  const ended = ENDED.has(row.status);
  const failed = row.status === "failed";
  const startedAt = at(row.started);
  return {
    id: `pg-cron run ${row.id}`,
    startedAt,
    finishedAt: ended ? at(Math.max(row.finished ?? row.started, row.started)) : null,
    outcome: ended ? (failed ? "fail" : "success") : null,
    window: null,
    log: failed ? row.message : null,
  };
}

async function rowsOf(client: pg.ClientBase, jobs: readonly string[], since: Cursor | null): Promise<Row[]> {
  if (since === null) {
    const { rows } = await client.query<Row>(
      `${ROWS} WHERE jobid = ANY ($1::bigint[]) AND coalesce(start_time, end_time, now()) > now() - $2 * interval '1 ms'
        ORDER BY runid LIMIT ${AT_MOST}`,
      [jobs, FIRST],
    );
    return rows;
  }
  const { rows } = await client.query<Row>(
    `${ROWS} WHERE jobid = ANY ($1::bigint[]) AND (runid > $2::bigint OR runid = ANY ($3::bigint[]))
      ORDER BY runid LIMIT ${AT_MOST}`,
    [jobs, since.run, since.open],
  );
  return rows;
}

interface Server {
  readonly now: number;
  /** `null`: this role may not know (it needs pg_read_all_settings). */
  readonly log: string | null;
  /** Of all that this role may see. */
  readonly oldest: number | null;
}

/** From when on there is surely no hole: rows that were deleted since the last reading would have been one. */
function coversFrom(since: Cursor | null, server: Server, now: Instant): Instant | null {
  if (server.log === null) return now;
  if (since !== null && now - since.readTo <= MAY_BE_PURGED) return null;
  const oldest = Math.max(server.oldest ?? server.now, server.now - FIRST);
  return since !== null && oldest <= since.readTo ? null : instant(Math.ceil(oldest));
}

/**
 * What happened since the cursor. `null`: there is no such job, and it was never read. A job that was read and is gone
 * has a history all the same: nothing is fired.
 */
export async function readHistory(
  client: pg.ClientBase,
  asked: { readonly job: Job | null; readonly cursor: unknown; readonly now: Instant },
): Promise<Reading | null> {
  const read = cursorShape.safeParse(asked.cursor);
  const since = read.success ? read.data : null;
  const { job, now } = asked;
  const id = job?.id ?? since?.job;
  if (id === undefined) return null;
  const [server] = (
    await client.query<Server>(
      `SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now, (SELECT setting FROM pg_settings WHERE name = 'cron.log_run') AS log,
              extract(epoch FROM min(start_time))::float8 * 1000 AS oldest FROM cron.job_run_details`,
    )
  ).rows;
  if (!server) throw new Error("a query without a table answered no row");
  if (server.log === "off")
    throw new DriverRefusal({
      kind: "refused",
      sentence: "pg_cron keeps no history: cron.log_run is off. Set it on, or let the jobs check in themselves.",
    });
  const jobs = [...new Set([id, ...(since ? [since.job] : [])])];
  const rows = await rowsOf(client, jobs, since);
  const open = rows.filter((row) => !ENDED.has(row.status)).map((row) => row.id);
  const last = rows.reduce((most, row) => (BigInt(row.id) > BigInt(most) ? row.id : most), since?.run ?? "0");
  // Both clocks have to have passed it.
  const settled = Math.min(now, server.now) - SETTLED;
  const lastStart = rows.at(-1)?.started ?? null;
  const readTo = rows.length === AT_MOST && lastStart !== null ? Math.min(settled, lastStart) : settled;
  const cursor: Cursor = { job: id, run: last, open, readTo };
  return {
    attempts: rows.flatMap((row) => attemptOf(row, now) ?? []),
    runs: rows.flatMap((row) => runOf(row) ?? []),
    cursor,
    coversFrom: coversFrom(since, server, now),
    coversTo: instant(Math.floor(readTo)),
  };
}
