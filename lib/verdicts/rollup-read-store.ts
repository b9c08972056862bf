/** What roll-ups know of a stretch of time, for many schedules at once. */
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import { DAY, type Instant, instant } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import type { Counts } from "./rollup.ts";

export interface Counted {
  readonly at: Instant;
  readonly counts: Counts;
}

/** Counts come in few forms (`{"on_time": 12}` a thousand times over): each is read once. */
const forms = new Map<string, Counts>();
const FORMS_AT_MOST = 10_000;

function countsOf(text: string): Counts {
  let counts = forms.get(text);
  if (counts === undefined) {
    if (forms.size >= FORMS_AT_MOST) forms.clear();
    counts = JSON.parse(text) as Counts;
    forms.set(text, counts);
  }
  return counts;
}

/** `1764000000{"on_time": 12}`, a line each. */
function read(lines: string): Counted[] {
  return lines.split("\n").map((line) => {
    const brace = line.indexOf("{");
    return { at: instant(Number(line.slice(0, brace)) * 1_000), counts: countsOf(line.slice(brace)) };
  });
}

/**
 * The hours, or days, of some schedules in a stretch, ascending. One row a schedule: 30 of them over 30 days are 21,600
 * hours, and a row of its own for each costs the driver more than finding it costs the database. `npm run bench --
 * timeline` measures it.
 */
export async function countedIn(
  sql: Sql,
  asked: { readonly by: "hour" | "day"; readonly scheduleIds: readonly string[]; readonly within: Span },
): Promise<Map<string, Counted[]>> {
  if (asked.scheduleIds.length === 0 || asked.within.from >= asked.within.to) return new Map();
  const table = asked.by === "hour" ? "rollup_hour" : "rollup_day";
  const rows = await sql.query<{ readonly id: string; readonly lines: string }>(
    `SELECT r.schedule_id::text AS id,
            string_agg(extract(epoch FROM r.at)::int8::text || r.counts::text, E'\\n' ORDER BY r.at) AS lines
       FROM ${table} r
      WHERE r.schedule_id = ANY ($1::uuid[]) AND r.at >= ${timestamp("$2")} AND r.at < ${timestamp("$3")}
      GROUP BY r.schedule_id`,
    [asked.scheduleIds, asked.within.from, asked.within.to],
  );
  return new Map(rows.map(({ id, lines }) => [id, read(lines)]));
}

/** The hours of some schedules that have to be counted again: what the roll-ups say of them may have passed. */
export async function staleHours(
  sql: Sql,
  asked: { readonly scheduleIds: readonly string[]; readonly within: Span },
): Promise<Map<string, Instant[]>> {
  const rows = await sql.query<{ readonly id: string; readonly at: number }>(
    `SELECT schedule_id::text AS id, ${epochMs("at")} AS at FROM rollup_stale
      WHERE schedule_id = ANY ($1::uuid[]) AND at >= ${timestamp("$2")} AND at < ${timestamp("$3")} ORDER BY at`,
    [asked.scheduleIds, asked.within.from, asked.within.to],
  );
  const found = new Map<string, Instant[]>();
  for (const { id, at: hour } of rows) {
    const hours = found.get(id);
    if (hours) hours.push(instant(hour));
    else found.set(id, [instant(hour)]);
  }
  return found;
}

/** How many windows went well in some hours, over many schedules. */
export interface WellCounted {
  readonly on_time: number;
  readonly late: number;
  readonly running: number;
}

/**
 * The sum over some schedules (`null`: over all) and whole hours; whole days of it come from the roll-ups by day. Counts
 * come in few forms (`{"on_time": 12}` a thousand times over): each is taken apart once, which is two thirds of the time
 * that taking every row apart needs. Of 1,000 schedules over 30 days, among 10,000, there are 30,000 days and at most
 * 47,000 hours.
 */
export async function sumCounted(
  sql: Sql,
  asked: { readonly scheduleIds: readonly string[] | null; readonly within: Span },
): Promise<WellCounted> {
  const { from, to } = asked.within;
  const firstDay = Math.ceil(from / DAY) * DAY;
  const lastDay = Math.max(firstDay, Math.floor(to / DAY) * DAY);
  const [row] = await sql.query<WellCounted>(
    `SELECT coalesce(sum(n * (counts ->> 'on_time')::int), 0)::float8 AS on_time,
            coalesce(sum(n * (counts ->> 'late')::int), 0)::float8 AS late,
            coalesce(sum(n * (counts ->> 'running')::int), 0)::float8 AS running
       FROM (
         SELECT c.counts, count(*) AS n
           FROM (
             SELECT d.schedule_id, d.at, d.counts FROM rollup_day d WHERE d.at >= ${timestamp("$3")} AND d.at < ${timestamp("$4")}
             UNION ALL
             SELECT h.schedule_id, h.at, h.counts FROM rollup_hour h
              WHERE h.at >= ${timestamp("$2")} AND h.at < least(${timestamp("$3")}, ${timestamp("$5")})
             UNION ALL
             SELECT h.schedule_id, h.at, h.counts FROM rollup_hour h WHERE h.at >= ${timestamp("$4")} AND h.at < ${timestamp("$5")}
           ) AS c
           JOIN schedule s ON s.id = c.schedule_id
          WHERE s.project_id = 1 AND s.archived_at IS NULL AND c.at >= date_trunc('day', s.expected_from, 'UTC')
            AND ($1::uuid[] IS NULL OR s.id = ANY ($1::uuid[]))
          GROUP BY c.counts
       ) AS form`,
    [asked.scheduleIds, from, firstDay, lastDay, to],
  );
  return row ?? { on_time: 0, late: 0, running: 0 };
}

/** The schedules of which roll-ups have counted a late window in these hours. */
export async function schedulesWithLate(sql: Sql, within: Span): Promise<Set<string>> {
  const rows = await sql.query<{ readonly id: string }>(
    `SELECT DISTINCT h.schedule_id::text AS id FROM rollup_hour h
      WHERE h.at >= ${timestamp("$1")} AND h.at < ${timestamp("$2")} AND h.counts ? 'late'`,
    [within.from, within.to],
  );
  return new Set(rows.map(({ id }) => id));
}
