import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";

/** A plan of making good, claimed for the transaction. */
export interface MakeGoodPlan {
  readonly id: string;
  readonly scheduleId: string;
  readonly perMinute: number;
  readonly incidentId: string;
  /** An admin wrote down why the matrix need not be green. */
  readonly overridden: boolean;
}

/** False while another plan of the incident is being worked off. */
export async function insertMakeGood(
  sql: Sql,
  made: MakeGoodPlan & {
    readonly actor: string;
    readonly now: Instant;
    readonly windows: readonly Instant[];
  },
): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO make_good_plan (id, project_id, incident_id, schedule_id, per_minute, actor, made_at, next_at, overridden)
     VALUES ($1::uuid, ${PROJECT}, $2::uuid, $3::uuid, $4::int4, $5, ${timestamp("$6")}, ${timestamp("$6")}, $7::boolean)
     ON CONFLICT (incident_id) WHERE next_at IS NOT NULL DO NOTHING RETURNING id`,
    [made.id, made.incidentId, made.scheduleId, made.perMinute, made.actor, made.now, made.overridden],
  );
  if (rows.length === 0) return false;
  await sql.query(
    `INSERT INTO make_good_window (plan_id, expected_at)
     SELECT $1::uuid, to_timestamp(w.at / 1000) FROM unnest($2::float8[]) AS w (at)`,
    [made.id, [...made.windows]],
  );
  return true;
}

/** Claims plans of which a window is to be fired now; another engine skips them. */
export const claimPlans = (
  sql: Sql,
  asked: { readonly now: Instant; readonly atMost: number },
): Promise<MakeGoodPlan[]> =>
  sql.query<MakeGoodPlan>(
    `SELECT id::text AS id, schedule_id::text AS "scheduleId", per_minute AS "perMinute",
            incident_id::text AS "incidentId", overridden FROM make_good_plan
      WHERE next_at <= ${timestamp("$1")} ORDER BY next_at LIMIT $2::int4 FOR UPDATE SKIP LOCKED`,
    [asked.now, asked.atMost],
  );

export interface LeftWindow {
  readonly planId: string;
  readonly expectedAt: Instant;
  /** Whether it is still bad. */
  readonly bad: boolean;
}

/** What is left of some plans, oldest first. */
export async function windowsLeft(sql: Sql, planIds: readonly string[]): Promise<LeftWindow[]> {
  if (planIds.length === 0) return [];
  const rows = await sql.query<{ plan: string; at: number; bad: boolean }>(
    `SELECT w.plan_id::text AS plan, ${epochMs("w.expected_at")} AS at, coalesce(b.bad, false) AS bad
       FROM make_good_window w JOIN make_good_plan p ON p.id = w.plan_id
       LEFT JOIN bad_window b ON b.schedule_id = p.schedule_id AND b.expected_at = w.expected_at
      WHERE w.plan_id = ANY ($1::uuid[]) AND w.fired_at IS NULL AND w.left_out IS NULL
      ORDER BY w.expected_at`,
    [[...planIds]],
  );
  return rows.map((row) => ({ planId: row.plan, expectedAt: instant(row.at), bad: row.bad }));
}

/** What was decided of windows: fired at a moment, or left out, and why. */
export async function writeMadeGood(
  sql: Sql,
  decided: readonly {
    readonly planId: string;
    readonly expectedAt: Instant;
    readonly firedAt: Instant | null;
    readonly leftOut: string | null;
  }[],
): Promise<void> {
  if (decided.length === 0) return;
  await sql.query(
    `UPDATE make_good_window w SET fired_at = to_timestamp(d.fired / 1000), left_out = d.left_out
       FROM unnest($1::uuid[], $2::float8[], $3::float8[], $4::text[]) AS d (plan_id, at, fired, left_out)
      WHERE w.plan_id = d.plan_id AND w.expected_at = to_timestamp(d.at / 1000)`,
    [
      decided.map((one) => one.planId),
      decided.map((one) => one.expectedAt),
      decided.map((one) => one.firedAt),
      decided.map((one) => one.leftOut),
    ],
  );
}

export interface PlanWrite {
  readonly id: string;
  /** `null`: nothing is left of it, or it has stopped. */
  readonly nextAt: Instant | null;
  /** Why it stopped before its end. */
  readonly stoppedBecause: string | null;
}

export async function writePlans(sql: Sql, plans: readonly PlanWrite[]): Promise<void> {
  if (plans.length === 0) return;
  await sql.query(
    `UPDATE make_good_plan p SET next_at = to_timestamp(n.next / 1000), stopped_because = n.stopped
       FROM unnest($1::uuid[], $2::float8[], $3::text[]) AS n (id, next, stopped) WHERE p.id = n.id`,
    [plans.map((one) => one.id), plans.map((one) => one.nextAt), plans.map((one) => one.stoppedBecause)],
  );
}

/** How far the newest plan of an incident has come. */
export interface PlanSeen {
  readonly fired: number;
  /** Windows that are bad and that it has not fired. */
  readonly left: number;
  readonly perMinute: number;
  /** `null`: it is being worked off. */
  readonly stoppedBecause: string | null;
}

/** `null`: there is none, or it came to its end, or nothing that it stopped before is bad by now. */
export async function planOf(sql: Sql, incidentId: string): Promise<PlanSeen | null> {
  const [row] = await sql.query<PlanSeen & { readonly over: boolean }>(
    `SELECT count(*) FILTER (WHERE w.fired_at IS NOT NULL)::float8 AS fired,
            count(*) FILTER (WHERE w.fired_at IS NULL AND w.left_out IS NULL AND b.bad)::float8 AS left,
            p.per_minute AS "perMinute", p.stopped_because AS "stoppedBecause", p.next_at IS NULL AS over
       FROM (SELECT * FROM make_good_plan WHERE incident_id = $1::uuid ORDER BY made_at DESC, id DESC LIMIT 1) p
       JOIN make_good_window w ON w.plan_id = p.id
       LEFT JOIN bad_window b ON b.schedule_id = p.schedule_id AND b.expected_at = w.expected_at
      GROUP BY p.id, p.per_minute, p.stopped_because, p.next_at`,
    [incidentId],
  );
  if (!row) return null;
  const { over, ...seen } = row;
  return over && (seen.stoppedBecause === null || seen.left === 0) ? null : seen;
}
