import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql } from "#lib/db/sql.ts";
import type { MaskedDriver } from "#lib/schedules/driver-secrets.ts";
import { type Instant, instant } from "#lib/time/instant.ts";

/** Lets the dispatcher look at a schedule now, and keeps since when it has a target. */
export async function setClock(sql: Sql, scheduleId: string, now: Instant): Promise<void> {
  await sql.query(
    `INSERT INTO dispatch_clock AS c (schedule_id, project_id, next_at, fired_through, fires_since)
     SELECT s.id, ${PROJECT}, to_timestamp($2::float8 / 1000), to_timestamp($2::float8 / 1000),
            CASE WHEN s.driver->>'kind' = 'rollcall' AND s.archived_at IS NULL THEN to_timestamp($2::float8 / 1000) END
       FROM schedule s WHERE s.id = $1::uuid
     ON CONFLICT (schedule_id) DO UPDATE
        SET next_at = excluded.next_at,
            -- What was expected while somebody else fired it is no business of the dispatcher's.
            fired_through = CASE WHEN c.fires_since IS NULL THEN greatest(c.fired_through, excluded.fired_through)
                                 ELSE c.fired_through END,
            fires_since = CASE WHEN excluded.fires_since IS NULL THEN NULL
                               ELSE coalesce(c.fires_since, excluded.fires_since) END`,
    [scheduleId, now],
  );
}

/** A schedule that has to be looked at, claimed for the transaction. */
export interface ClaimedClock {
  readonly scheduleId: string;
  readonly nextAt: Instant;
  readonly firedThrough: Instant;
}

interface ClockRow {
  readonly id: string;
  readonly next: number;
  readonly through: number;
}

const CLOCK = `schedule_id::text AS id, ${epochMs("next_at")} AS next, ${epochMs("fired_through")} AS through`;

const clockOf = ({ id, next, through }: ClockRow): ClaimedClock => ({
  ...{ scheduleId: id, nextAt: instant(next), firedThrough: instant(through) },
});

/**
 * The clocks that strike at moments ahead, of the first moment at which many do; none is claimed. The index
 * `dispatch_clock_next` answers it.
 */
export async function crowdAhead(
  sql: Sql,
  asked: { readonly after: Instant; readonly to: Instant; readonly atLeast: number; readonly atMost: number },
): Promise<ClaimedClock[]> {
  const rows = await sql.query<ClockRow>(
    `SELECT ${CLOCK} FROM dispatch_clock
      WHERE next_at = (SELECT next_at FROM dispatch_clock
                        WHERE next_at > to_timestamp($1::float8 / 1000) AND next_at <= to_timestamp($2::float8 / 1000)
                        GROUP BY next_at HAVING count(*) >= $3::int4 ORDER BY next_at LIMIT 1)
      LIMIT $4::int4`,
    [asked.after, asked.to, asked.atLeast, asked.atMost],
  );
  return rows.map(clockOf);
}

/**
 * Claims schedules whose time has come, oldest first: another engine skips them. The columns are those of the locked
 * rows themselves, never of an older snapshot: a window that another engine has fired meanwhile is not fired again.
 */
export async function claimClocks(
  sql: Sql,
  asked: { readonly now: Instant; readonly atMost: number },
): Promise<ClaimedClock[]> {
  const rows = await sql.query<ClockRow>(
    `SELECT ${CLOCK} FROM dispatch_clock
      WHERE next_at <= to_timestamp($1::float8 / 1000) ORDER BY next_at LIMIT $2::int4 FOR UPDATE SKIP LOCKED`,
    [asked.now, asked.atMost],
  );
  return rows.map(clockOf);
}

/** Holds the clocks of some schedules to the end of the transaction; answers those that nobody else holds. */
export async function holdClocks(sql: Sql, scheduleIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (scheduleIds.length === 0) return new Set();
  const rows = await sql.query<{ id: string }>(
    `SELECT schedule_id::text AS id FROM dispatch_clock WHERE schedule_id = ANY ($1::uuid[]) FOR UPDATE SKIP LOCKED`,
    [[...scheduleIds]],
  );
  return new Set(rows.map((row) => row.id));
}

export interface NextLook {
  readonly scheduleId: string;
  /** `null`: nothing is to be fired any more. */
  readonly nextAt: Instant | null;
  readonly firedThrough: Instant;
}

export async function writeClocks(sql: Sql, looks: readonly NextLook[]): Promise<void> {
  if (looks.length === 0) return;
  await sql.query(
    `UPDATE dispatch_clock c SET next_at = to_timestamp(n.next / 1000), fired_through = to_timestamp(n.through / 1000)
       FROM unnest($1::uuid[], $2::float8[], $3::float8[]) AS n (id, next, through) WHERE c.schedule_id = n.id`,
    [looks.map((one) => one.scheduleId), looks.map((one) => one.nextAt), looks.map((one) => one.firedThrough)],
  );
}

/** When something is to be fired next: a window, a planned firing, or one that is made good; `null`: nothing is. */
export async function nextDispatch(sql: Sql): Promise<Instant | null> {
  const [row] = await sql.query<{ at: number | null }>(
    `SELECT ${epochMs(`least((SELECT min(next_at) FROM dispatch_clock WHERE next_at IS NOT NULL),
       (SELECT min(due_at) FROM dispatch), (SELECT min(next_at) FROM make_good_plan WHERE next_at IS NOT NULL))`)} AS at`,
  );
  return row?.at == null ? null : instant(row.at);
}

/** A schedule as the dispatcher has to know it beside its facts. */
export interface Dispatched {
  readonly id: string;
  readonly slug: string;
  readonly route: string | null;
  readonly driver: MaskedDriver;
  /** What is secret of its headers, sealed, in base64. */
  readonly headersBox: string | null;
  readonly archived: boolean;
}

export async function dispatchedSchedules(sql: Sql, scheduleIds: readonly string[]): Promise<Map<string, Dispatched>> {
  if (scheduleIds.length === 0) return new Map();
  const rows = await sql.query<Dispatched>(
    `SELECT id::text AS id, slug, route, driver, encode(headers_box, 'base64') AS "headersBox", (archived_at IS NOT NULL) AS archived FROM schedule
      WHERE id = ANY ($1::uuid[])`,
    [[...scheduleIds]],
  );
  return new Map(rows.map((row) => [row.id, row]));
}
