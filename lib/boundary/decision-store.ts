import { PROJECT } from "#lib/access/context.ts";
import { plainArray, textArray } from "#lib/db/array-literal.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import type { Page } from "#lib/input/page.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { ReportedDecision, StoredDecision, Via } from "./decision.ts";
import type { Presented } from "./presented.ts";

/** A decision with what Rollcall says of it. */
export interface DecisionToStore {
  readonly reported: ReportedDecision;
  readonly via: Via;
  readonly scheduleIds: readonly string[];
  readonly ambiguous: boolean;
  readonly diagnosis: string | null;
}

/**
 * Stores decisions in the caller's transaction, each id once for 7 days; answers the ids that are new.
 *
 * One statement for all, over arrays: at 1,000 decisions a statement about twice as fast as an INSERT of as many VALUES,
 * and COPY cannot leave out what was taken already. Two things of a row cost as much as all others together: reading its
 * `presented`, of which a batch has few different ones, so that each is sent once and named by its place; and an array
 * of ids, which nearly always has one.
 */
export async function insertDecisions(
  sql: Sql,
  all: readonly DecisionToStore[],
  receivedAt: Instant,
): Promise<ReadonlySet<string>> {
  const byId = new Map<string, DecisionToStore>();
  for (const one of all) {
    const id = one.reported.id.toLowerCase();
    if (!byId.has(id)) byId.set(id, one);
  }
  if (byId.size === 0) return new Set();
  const rows = [...byId.values()];
  const texts = (pick: (one: ReportedDecision) => string | null): string =>
    textArray(rows, (one) => pick(one.reported));
  const shapes = new Map<string, number>();
  const shapeOf = ({ reported }: DecisionToStore): number => {
    const text = jsonOf(reported.presented);
    const place = shapes.get(text) ?? shapes.size + 1;
    if (place > shapes.size) shapes.set(text, place);
    return place;
  };
  const places = plainArray(rows, shapeOf);
  const taken = await sql.query<{ id: string }>(
    `WITH fresh AS (
       INSERT INTO decision_taken (id, taken_at)
       SELECT id, ${timestamp("$2::float8")} FROM unnest($1::uuid[]) AS t (id)
       ON CONFLICT (id) DO NOTHING RETURNING id
     ), stored AS (
       INSERT INTO decision (id, project_id, at, received_at, route, schedule_ids, ambiguous, named_window, outcome, via,
           reason, detail, method, path, contract_expected, contract_resembled, diagnosis, execution_id, presented, source)
       SELECT d.id, ${PROJECT}, ${timestamp("d.at")}, ${timestamp("$2::float8")}, d.route,
              CASE WHEN d.several IS NOT NULL THEN d.several::uuid[] WHEN d.schedule IS NULL THEN '{}' ELSE ARRAY[d.schedule] END,
              d.ambiguous, ${timestamp("d.named")}, d.outcome, d.via, d.reason, d.detail, d.method, d.path, d.expected,
              d.resembled, d.diagnosis, d.execution_id, ($20::jsonb[])[d.shape], d.source
         FROM unnest($1::uuid[], $3::float8[], $4::text[], $5::uuid[], $6::text[], $7::bool[], $8::float8[], $9::text[],
                     $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
                     $17::text[], $18::text[], $19::int4[], $21::text[])
           AS d (id, at, route, schedule, several, ambiguous, named, outcome, via, reason, detail, method, path, expected,
                 resembled, diagnosis, execution_id, shape, source)
         JOIN fresh f ON f.id = d.id
     )
     SELECT t.id::text AS id FROM unnest($1::uuid[]) AS t (id) WHERE NOT EXISTS (SELECT FROM fresh f WHERE f.id = t.id)`,
    [
      `{${[...byId.keys()].join(",")}}`,
      receivedAt,
      plainArray(rows, (one) => one.reported.at),
      texts((one) => one.route),
      plainArray(rows, (one) => (one.scheduleIds.length === 1 ? (one.scheduleIds[0] ?? null) : null)),
      textArray(rows, (one) => (one.scheduleIds.length > 1 ? `{${one.scheduleIds.join(",")}}` : null)),
      plainArray(rows, (one) => one.ambiguous),
      plainArray(rows, (one) => one.reported.window),
      texts((one) => one.outcome),
      textArray(rows, (one) => one.via),
      texts((one) => one.reason),
      texts((one) => one.detail),
      texts((one) => one.method),
      texts((one) => one.path),
      texts((one) => one.contractExpected),
      texts((one) => one.contractResembled),
      textArray(rows, (one) => one.diagnosis),
      texts((one) => one.executionId),
      places,
      textArray([...shapes.keys()], (text) => text),
      texts((one) => one.source),
    ],
  );
  const fresh = new Set(byId.keys());
  for (const { id } of taken) fresh.delete(id);
  return fresh;
}

/** A gate's requests of one look have one and the same shape, which is written once. */
const written = new WeakMap<Presented, string>();

function jsonOf(presented: Presented): string {
  const known = written.get(presented);
  if (known !== undefined) return known;
  const text = JSON.stringify(presented);
  written.set(presented, text);
  return text;
}

interface DecisionRow {
  readonly id: string;
  readonly at: number;
  readonly route: string;
  readonly schedules: string[] | null;
  readonly ambiguous: boolean;
  readonly named: number | null;
  readonly outcome: "admitted" | "rejected";
  readonly via: Via;
  readonly reason: string;
  readonly detail: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly expected: string | null;
  readonly resembled: string | null;
  readonly diagnosis: string | null;
  readonly execution_id: string | null;
  readonly presented: StoredDecision["presented"];
  readonly source: StoredDecision["source"];
}

/** The columns of a decision under the alias `d`. */
const COLUMNS = `d.id::text AS id, ${epochMs("d.at")} AS at, d.route, d.ambiguous, ${epochMs("d.named_window")} AS named,
  d.outcome, d.via, d.reason, d.detail, d.method, d.path, d.contract_expected AS expected,
  d.contract_resembled AS resembled, d.diagnosis, d.execution_id, d.presented, d.source,
  (SELECT array_agg(s.slug ORDER BY s.slug) FROM schedule s WHERE s.id = ANY (d.schedule_ids)) AS schedules`;

const decisionOf = (row: DecisionRow): StoredDecision => ({
  id: row.id,
  at: instant(row.at),
  route: row.route,
  schedules: row.schedules ?? [],
  ambiguous: row.ambiguous,
  window: row.named === null ? null : instant(row.named),
  outcome: row.outcome,
  via: row.via,
  reason: row.reason,
  detail: row.detail,
  method: row.method,
  path: row.path,
  contractExpected: row.expected,
  contractResembled: row.resembled,
  diagnosis: row.diagnosis,
  executionId: row.execution_id,
  presented: row.presented,
  source: row.source,
});

/**
 * So many of each outcome are read of one schedule, newest first: a month of every five minutes. Somebody who sends
 * hints without end within its windows fills a table, and not the memory of who judges it.
 */
const READ_AT_MOST = 10_000;

/**
 * The scheduler's decisions of several schedules from a moment on, ascending. Answered by `decision_schedule`, and by
 * `decision_ambiguous` for the few that may be of several.
 */
export async function decisionsFrom(
  sql: Sql,
  wanted: readonly { readonly scheduleId: string; readonly from: Instant }[],
): Promise<Map<string, StoredDecision[]>> {
  const found = new Map<string, StoredDecision[]>();
  if (wanted.length === 0) return found;
  const of = (outcome: string): string => `(
        SELECT ${COLUMNS} FROM decision d
         WHERE d.schedule_ids[1] = w.id AND cardinality(d.schedule_ids) > 0 AND d.at >= to_timestamp(w.from_ms / 1000)
           AND d.via = 'scheduler' AND d.outcome = '${outcome}'
         ORDER BY d.at DESC LIMIT ${READ_AT_MOST})`;
  const rows = await sql.query<DecisionRow & { readonly of: string }>(
    `SELECT w.id::text AS of, mine.* FROM unnest($1::uuid[], $2::float8[]) AS w (id, from_ms)
      CROSS JOIN LATERAL (${of("admitted")} UNION ALL ${of("rejected")} UNION ALL (
        SELECT ${COLUMNS} FROM decision d
         WHERE d.ambiguous AND d.schedule_ids @> ARRAY[w.id] AND d.schedule_ids[1] <> w.id
           AND d.at >= to_timestamp(w.from_ms / 1000) AND d.via = 'scheduler'
         ORDER BY d.at DESC LIMIT ${READ_AT_MOST})) AS mine`,
    [wanted.map(({ scheduleId }) => scheduleId), wanted.map(({ from }) => from)],
  );
  for (const row of rows) {
    const list = found.get(row.of);
    if (list) list.push(decisionOf(row));
    else found.set(row.of, [decisionOf(row)]);
  }
  for (const list of found.values()) list.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return found;
}

export interface DecisionFilters {
  readonly route?: string | undefined;
  readonly outcome?: "admitted" | "rejected" | undefined;
  readonly reason?: string | undefined;
  readonly via?: Via | undefined;
  readonly schedule?: string | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** Newest first, before a key; one more than the page holds. */
export async function listDecisions(
  sql: Sql,
  filters: DecisionFilters,
  page: Pick<Page, "limit"> & { readonly before: { readonly at: Instant; readonly id: string } | null },
): Promise<StoredDecision[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const at = (value: Instant): string => timestamp(bind(value));
  const where = [`d.project_id = ${PROJECT}`];
  if (filters.route !== undefined) where.push(`d.route = ${bind(filters.route)}`);
  if (filters.outcome !== undefined) where.push(`d.outcome = ${bind(filters.outcome)}`);
  if (filters.reason !== undefined) where.push(`d.reason = ${bind(filters.reason)}`);
  if (filters.via !== undefined) where.push(`d.via = ${bind(filters.via)}`);
  if (filters.schedule !== undefined) {
    where.push(`d.schedule_ids @> (SELECT array_agg(id) FROM schedule WHERE slug = ${bind(filters.schedule)})`);
  }
  if (filters.from !== undefined) where.push(`d.at >= ${at(filters.from)}`);
  if (filters.to !== undefined) where.push(`d.at < ${at(filters.to)}`);
  if (page.before) where.push(`(d.at, d.id) < (${at(page.before.at)}, ${bind(page.before.id)}::uuid)`);
  const rows = await sql.query<DecisionRow>(
    `SELECT ${COLUMNS} FROM decision d WHERE ${where.join(" AND ")} ORDER BY d.at DESC, d.id DESC
      LIMIT ${bind(page.limit + 1)}::int`,
    values,
  );
  return rows.map(decisionOf);
}

/** When a gate itself decided on a route, within a span. */
export const seenByGate = (
  sql: Sql,
  route: string,
  within: { readonly from: Instant; readonly to: Instant },
): Promise<{ readonly at: number; readonly path: string | null }[]> =>
  sql.query(
    `SELECT ${epochMs("d.at")} AS at, d.path FROM decision d
      WHERE d.project_id = ${PROJECT} AND d.route = $1 AND d.at BETWEEN to_timestamp($2::float8 / 1000) AND to_timestamp($3::float8 / 1000)
        AND d.source IN ('gate', 'forward-auth') LIMIT 100000`,
    [route, within.from, within.to],
  );

/** Forgets which ids were taken before a moment. */
export async function forgetTaken(sql: Sql, before: Instant): Promise<void> {
  await sql.query("DELETE FROM decision_taken WHERE taken_at < to_timestamp($1::float8 / 1000)", [before]);
}
