import { epochMs, type Sql } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { Cause, Verdict } from "#lib/verdicts/verdict.ts";
import type { BadWindow, IncidentCause, OpenIncident } from "./lifecycle.ts";

/** What is known of the incidents of one schedule when it is judged. */
export interface KnownIncident {
  readonly incident:
    | (OpenIncident & { readonly number: number; readonly since: Instant; readonly outageId: string | null })
    | null;
  readonly badWindows: BadWindow[];
}

interface IncidentRow {
  readonly id: string;
  readonly number: number;
  readonly schedule_id: string;
  readonly opened: number;
  readonly since: number;
  readonly state: "open" | "acknowledged";
  readonly cause: IncidentCause | null;
  readonly reason: string | null;
  readonly diagnosis: string | null;
  readonly waiting: boolean;
  readonly outage_id: string | null;
  readonly recovering: number[] | null;
  readonly good_before: number[] | null;
}

interface WindowRow {
  readonly schedule_id: string;
  readonly expected: number;
  readonly verdict: Verdict;
  readonly cause: Cause | null;
  readonly reason: string | null;
  readonly double_fire: boolean;
  readonly weight: number;
  readonly bad: boolean;
  readonly since: number;
  readonly turned: number;
  readonly incident_id: string | null;
}

const moments = (column: string): string => `(SELECT json_agg(${epochMs("m")}) FROM unnest(${column}) AS m)`;

/** Bad windows of no incident that may stand in a row with new ones: the newest of each schedule, at most. */
const LOOSE_AT_MOST = 100;

/**
 * The open incident of each schedule with its windows, the bad windows from a moment on, and the newest of those that
 * belong to no incident yet.
 */
export async function loadKnown(
  sql: Sql,
  wanted: readonly { readonly scheduleId: string; readonly from: Instant }[],
): Promise<Map<string, KnownIncident>> {
  const ids = wanted.map(({ scheduleId }) => scheduleId);
  // LATERAL and LIMIT keep it at one probe of `incident_one_open` each: planned for an empty table, a join would become
  // a scan of the whole table for every batch, which took 100 ms a batch when 10,000 incidents opened at once.
  const incidents = await sql.query<IncidentRow>(
    `SELECT open.* FROM unnest($1::text[]) AS w (subject)
      CROSS JOIN LATERAL (
        SELECT i.id::text AS id, i.number::float8 AS number, i.schedule_id::text AS schedule_id,
               ${epochMs("i.opened_at")} AS opened, ${epochMs("i.since")} AS since, i.state, i.cause, i.reason,
               i.diagnosis, i.waiting,
               i.outage_id::text AS outage_id, ${moments("i.recovering")} AS recovering,
               ${moments("i.good_before")} AS good_before
          FROM incident i
         WHERE i.project_id = 1 AND i.kind = 'windows' AND i.subject = w.subject AND i.state <> 'resolved'
         LIMIT 1
      ) AS open`,
    [ids],
  );
  const columns = `b.schedule_id::text AS schedule_id, ${epochMs("b.expected_at")} AS expected, b.verdict, b.cause, b.reason,
            b.double_fire, b.weight, b.bad, ${epochMs("b.bad_since")} AS since, ${epochMs("b.turned_at")} AS turned,
            b.incident_id::text AS incident_id`;
  const windows = await sql.query<WindowRow>(
    `SELECT ${columns} FROM unnest($1::uuid[], $2::float8[]) AS w (id, from_ms)
       JOIN bad_window b ON b.schedule_id = w.id AND b.expected_at >= to_timestamp(w.from_ms / 1000)
     UNION ALL
     SELECT ${columns} FROM unnest($1::uuid[], $2::float8[]) AS w (id, from_ms)
       JOIN bad_window b ON b.schedule_id = w.id AND b.expected_at < to_timestamp(w.from_ms / 1000)
      WHERE b.incident_id = ANY ($3::uuid[])
     UNION ALL
     SELECT loose.* FROM unnest($1::uuid[], $2::float8[]) AS w (id, from_ms)
      CROSS JOIN LATERAL (
        SELECT ${columns} FROM bad_window b
         WHERE b.schedule_id = w.id AND b.expected_at < to_timestamp(w.from_ms / 1000) AND b.incident_id IS NULL AND b.bad
         ORDER BY b.expected_at DESC LIMIT ${LOOSE_AT_MOST}
      ) AS loose`,
    [ids, wanted.map(({ from }) => from), incidents.map((incident) => incident.id)],
  );
  const known = new Map<string, { incident: KnownIncident["incident"]; badWindows: BadWindow[] }>(
    ids.map((id) => [id, { incident: null, badWindows: [] }]),
  );
  for (const row of incidents) {
    const one = known.get(row.schedule_id);
    if (!one) continue;
    one.incident = {
      id: row.id,
      number: row.number,
      openedAt: instant(row.opened),
      since: instant(row.since),
      state: row.state,
      cause: row.cause,
      reason: row.reason,
      diagnosis: row.diagnosis,
      waiting: row.waiting,
      outageId: row.outage_id,
      recovering: (row.recovering ?? []).map(instant),
      goodBefore: (row.good_before ?? []).map(instant),
    };
  }
  for (const row of windows) {
    known.get(row.schedule_id)?.badWindows.push({
      expectedAt: instant(row.expected),
      verdict: row.verdict,
      cause: row.cause,
      reason: row.reason,
      doubleFire: row.double_fire,
      weight: row.weight,
      bad: row.bad,
      since: instant(row.since),
      turnedAt: instant(row.turned),
      incidentId: row.incident_id,
    });
  }
  return known;
}

/** Which of these schedules have an open incident of their windows. */
export async function withOpenIncident(sql: Sql, scheduleIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (scheduleIds.length === 0) return new Set();
  const rows = await sql.query<{ subject: string }>(
    `SELECT subject FROM incident
      WHERE project_id = 1 AND kind = 'windows' AND subject = ANY ($1::text[]) AND state <> 'resolved'`,
    [[...scheduleIds]],
  );
  return new Set(rows.map((row) => row.subject));
}

/** Numbers for new incidents, in order. */
export async function takeNumbers(sql: Sql, count: number): Promise<number[]> {
  if (count === 0) return [];
  const rows = await sql.query<{ number: number }>(
    "SELECT nextval('incident_number')::float8 AS number FROM generate_series(1, $1::int4)",
    [count],
  );
  return rows.map((row) => row.number);
}

export interface IncidentWrite {
  readonly id: string;
  readonly number: number;
  readonly scheduleId: string;
  readonly route: string | null;
  readonly sentence: string;
  readonly cause: IncidentCause | null;
  readonly reason: string | null;
  readonly diagnosis: string | null;
  readonly since: Instant;
  readonly openedAt: Instant;
  readonly resolvedAt: Instant | null;
  readonly resolution: string | null;
  readonly outageId: string | null;
  readonly recovering: readonly Instant[];
  readonly goodBefore: readonly Instant[];
  readonly waiting: boolean;
}

const pgMoments = (list: readonly Instant[]): string =>
  `{${list.map((at) => `"${new Date(at).toISOString()}"`).join(",")}}`;

/** Stores new incidents and what judging changed of open ones. */
export async function writeIncidents(sql: Sql, writes: readonly IncidentWrite[]): Promise<void> {
  if (writes.length === 0) return;
  const column = <T>(pick: (one: IncidentWrite) => T): T[] => writes.map(pick);
  await sql.query(
    `INSERT INTO incident AS i (id, project_id, number, kind, subject, schedule_id, route, state, sentence, cause, reason,
        diagnosis, since, opened_at, resolved_at, resolved_by, resolution, outage_id, recovering, good_before, waiting)
     SELECT w.id, 1, w.number::bigint, 'windows', w.schedule_id::text, w.schedule_id, w.route,
            CASE WHEN w.resolved IS NULL THEN 'open' ELSE 'resolved' END, w.sentence, w.cause, w.reason, w.diagnosis,
            to_timestamp(w.since / 1000), to_timestamp(w.opened / 1000), to_timestamp(w.resolved / 1000),
            CASE WHEN w.resolved IS NULL THEN NULL ELSE 'Rollcall' END, w.resolution, w.outage_id,
            w.recovering::timestamptz[], w.good_before::timestamptz[], w.waiting
       FROM unnest($1::uuid[], $2::float8[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                   $9::float8[], $10::float8[], $11::float8[], $12::text[], $13::uuid[], $14::text[], $15::text[],
                   $16::bool[])
         AS w (id, number, schedule_id, route, sentence, cause, reason, diagnosis, since, opened, resolved, resolution,
               outage_id, recovering, good_before, waiting)
     ON CONFLICT (id) DO UPDATE SET
        state = CASE WHEN excluded.state = 'resolved' THEN 'resolved' ELSE i.state END,
        sentence = excluded.sentence, cause = excluded.cause, reason = excluded.reason, diagnosis = excluded.diagnosis,
        since = excluded.since, resolved_at = excluded.resolved_at, resolved_by = excluded.resolved_by,
        resolution = excluded.resolution, outage_id = excluded.outage_id, recovering = excluded.recovering,
        waiting = excluded.waiting, version = i.version + 1`,
    [
      column((one) => one.id),
      column((one) => one.number),
      column((one) => one.scheduleId),
      column((one) => one.route),
      column((one) => one.sentence),
      column((one) => one.cause),
      column((one) => one.reason),
      column((one) => one.diagnosis),
      column((one) => one.since),
      column((one) => one.openedAt),
      column((one) => one.resolvedAt),
      column((one) => one.resolution),
      column((one) => one.outageId),
      column((one) => pgMoments(one.recovering)),
      column((one) => pgMoments(one.goodBefore)),
      column((one) => one.waiting),
    ],
  );
}

export interface BadWindowWrite {
  readonly scheduleId: string;
  readonly window: BadWindow;
}

export async function writeBadWindows(sql: Sql, writes: readonly BadWindowWrite[]): Promise<void> {
  if (writes.length === 0) return;
  const column = <T>(pick: (one: BadWindow) => T): T[] => writes.map((one) => pick(one.window));
  await sql.query(
    `INSERT INTO bad_window (schedule_id, expected_at, project_id, verdict, cause, reason, double_fire, weight, bad,
        bad_since, turned_at, incident_id)
     SELECT w.schedule_id, to_timestamp(w.expected / 1000), 1, w.verdict, w.cause, w.reason, w.double_fire, w.weight, w.bad,
            to_timestamp(w.since / 1000), to_timestamp(w.turned / 1000), w.incident_id
       FROM unnest($1::uuid[], $2::float8[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::int4[], $8::bool[],
                   $9::float8[], $10::float8[], $11::uuid[])
         AS w (schedule_id, expected, verdict, cause, reason, double_fire, weight, bad, since, turned, incident_id)
     ON CONFLICT (schedule_id, expected_at) DO UPDATE SET
        verdict = excluded.verdict, cause = excluded.cause, reason = excluded.reason, double_fire = excluded.double_fire,
        weight = excluded.weight, bad = excluded.bad, bad_since = excluded.bad_since, turned_at = excluded.turned_at,
        incident_id = excluded.incident_id`,
    [
      writes.map((one) => one.scheduleId),
      column((one) => one.expectedAt),
      column((one) => one.verdict),
      column((one) => one.cause),
      column((one) => one.reason),
      column((one) => one.doubleFire),
      column((one) => one.weight),
      column((one) => one.bad),
      column((one) => one.since),
      column((one) => one.turnedAt),
      column((one) => one.incidentId),
    ],
  );
}

export interface EventWrite {
  readonly id: string;
  readonly incidentId: string;
  readonly at: Instant;
  readonly kind: string;
  readonly actor: string | null;
  readonly text: string;
}

export async function writeEvents(sql: Sql, events: readonly EventWrite[]): Promise<void> {
  if (events.length === 0) return;
  await sql.query(
    `INSERT INTO incident_event (id, project_id, incident_id, at, kind, actor, text)
     SELECT e.id, 1, e.incident_id, to_timestamp(e.at / 1000), e.kind, e.actor, e.text
       FROM unnest($1::uuid[], $2::uuid[], $3::float8[], $4::text[], $5::text[], $6::text[])
         AS e (id, incident_id, at, kind, actor, text)`,
    [
      events.map((event) => event.id),
      events.map((event) => event.incidentId),
      events.map((event) => event.at),
      events.map((event) => event.kind),
      events.map((event) => event.actor),
      events.map((event) => event.text),
    ],
  );
}
