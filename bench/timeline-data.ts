/**
 * A month of many schedules, made in the database by itself: schedules of mixed cadences, a run for nearly every window,
 * bad windows, and the roll-ups that judging these would give (the bench compares a part of them with what is judged).
 */
import pg from "pg";
import { makePartitions } from "#lib/db/partitions.ts";
import { sqlOf } from "#lib/db/transaction.ts";
import { DAY, HOUR, instant } from "#lib/time/instant.ts";
import { insertSchedules } from "./schedules.ts";

const GRACE = 120;
/** Seconds, and their share of 1,000 schedules: about 3,000 windows each in 30 days. */
const CADENCES = [
  { every: 300, upTo: 220 },
  { every: 900, upTo: 520 },
  { every: 3_600, upTo: 820 },
  { every: 86_400, upTo: 1_000 },
] as const;

const everyOf = (n: number): number => CADENCES.find(({ upTo }) => n % 1_000 < upTo)?.every ?? 86_400;

/** What becomes of the k-th window of the n-th schedule, as SQL. */
const VERDICT = `CASE WHEN (k + n) % 211 = 0 THEN 'missing' WHEN (k + n) % 97 = 0 THEN 'failed'
  WHEN (k + n) % 41 = 0 THEN 'late' ELSE 'on_time' END`;

export interface Month {
  readonly slugs: readonly string[];
  readonly windows: number;
  readonly from: number;
}

/** Fills an empty registry; its windows end with the present hour. */
async function insertMonth(
  connection: pg.ClientConfig,
  given: { readonly schedules: number; readonly days: number; readonly now: number },
): Promise<Month> {
  const to = Math.floor(given.now / HOUR) * HOUR;
  const from = to - given.days * DAY;
  await insertSchedules(connection, {
    count: given.schedules,
    prefix: "lane",
    spec: (n) => ({ kind: "interval", everySeconds: everyOf(n), anchor: new Date(from).toISOString() }),
    graceSeconds: GRACE,
    expectedFrom: () => from,
    // Nothing is judged while the bench runs but what it asks for.
    deadline: () => given.now + 7 * DAY,
  });
  const client = new pg.Client(connection);
  await client.connect();
  await makePartitions(sqlOf(client), instant(from), instant(given.now + DAY));
  await client.query("SET synchronous_commit = off");
  await client.query(
    `CREATE UNLOGGED TABLE bench_window AS
     SELECT l.id, l.n, k, to_timestamp($1::float8 / 1000) + k * l.every AS at, ${VERDICT} AS verdict
       FROM (SELECT s.id, substr(s.slug, 6)::int AS n, make_interval(secs => (v.spec ->> 'everySeconds')::int) AS every
               FROM schedule s JOIN schedule_version v ON v.schedule_id = s.id WHERE s.slug LIKE 'lane-%') AS l
      CROSS JOIN LATERAL generate_series(1, floor($2::float8 / 1000 / extract(epoch FROM l.every))::int) AS k
      ORDER BY at`,
    [from, to - from - 1_000],
  );
  await client.query(
    `INSERT INTO run (id, project_id, schedule_id, started_at, finished_at, outcome, has_start)
     SELECT gen_random_uuid(), 1, id, at + lag, at + lag + interval '10 s',
            CASE verdict WHEN 'failed' THEN 'fail' ELSE 'success' END, true
       FROM (SELECT *, CASE verdict WHEN 'late' THEN interval '${GRACE + 60} s' ELSE interval '20 s' END AS lag
               FROM bench_window WHERE verdict <> 'missing') AS w`,
  );
  await client.query(
    `INSERT INTO bad_window (schedule_id, expected_at, project_id, verdict, cause, bad, bad_since, turned_at)
     SELECT id, at, 1, verdict, CASE verdict WHEN 'missing' THEN 'silent' END, true, at, at
       FROM bench_window WHERE verdict IN ('missing', 'failed')`,
  );
  for (const unit of ["hour", "day"]) {
    await client.query(
      `INSERT INTO rollup_${unit} (schedule_id, at, project_id, counts)
       SELECT id, cell, 1, jsonb_object_agg(verdict, many)
         FROM (SELECT id, date_trunc('${unit}', at, 'UTC') AS cell, verdict, count(*) AS many FROM bench_window GROUP BY 1, 2, 3) AS c
        GROUP BY 1, 2 ORDER BY 2, 1
       ON CONFLICT (schedule_id, at) DO UPDATE SET counts = excluded.counts`,
    );
  }
  await client.query(
    `INSERT INTO rollup_reach (project_id, through) VALUES (1, to_timestamp($1::float8 / 1000))
     ON CONFLICT (project_id) DO UPDATE SET through = excluded.through`,
    [to],
  );
  await client.query(
    `UPDATE schedule_state st SET judged_through = to_timestamp($1::float8 / 1000), last_run_at = w.at
       FROM (SELECT id, max(at) AS at FROM bench_window GROUP BY id) AS w WHERE w.id = st.schedule_id`,
    [to],
  );
  const { rows } = await client.query<{ windows: number }>("SELECT count(*)::float8 AS windows FROM bench_window");
  await client.query("DROP TABLE bench_window");
  await client.query("VACUUM ANALYZE run, bad_window, rollup_hour, rollup_day, schedule_state");
  await client.end();
  const slugs = Array.from({ length: given.schedules }, (_, n) => `lane-${n}`);
  return { slugs, windows: rows[0]?.windows ?? 0, from };
}

/** The first 1,000 of so many schedules with a month of windows, the rest with none. */
export async function insertRegistry(
  connection: pg.ClientConfig,
  given: { readonly registered: number; readonly days: number; readonly now: number },
): Promise<Month> {
  const { registered, days, now } = given;
  const month = await insertMonth(connection, { schedules: Math.min(1_000, registered), days, now });
  await insertSchedules(connection, {
    count: registered - month.slugs.length,
    prefix: "other",
    spec: () => ({ kind: "cron", expression: "0 0 1 1 *", dialect: "rollcall" }),
    graceSeconds: 3_600,
    expectedFrom: () => now,
    deadline: () => now + 7 * DAY,
  });
  return month;
}
