import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import type { Page } from "#lib/input/page.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import type { Cause, Verdict } from "#lib/verdicts/verdict.ts";
import type { IncidentSort } from "./schema.ts";

export type IncidentKind = "windows" | "boundary_drift" | "revert_failing";
export type IncidentState = "open" | "acknowledged" | "resolved";

/** An incident as people see it and act on it. */
export interface IncidentRow {
  readonly id: string;
  readonly number: number;
  readonly kind: IncidentKind;
  readonly subject: string;
  readonly scheduleId: string | null;
  /** The slug of its schedule. */
  readonly schedule: string | null;
  readonly route: string | null;
  readonly state: IncidentState;
  readonly sentence: string;
  readonly cause: string | null;
  readonly reason: string | null;
  readonly diagnosis: string | null;
  readonly since: Instant;
  readonly openedAt: Instant;
  readonly acknowledgedAt: Instant | null;
  readonly acknowledgedBy: string | null;
  readonly snoozedUntil: Instant | null;
  readonly expectedFixAt: Instant | null;
  readonly assigneeId: string | null;
  readonly assignee: string | null;
  readonly resolvedAt: Instant | null;
  readonly resolvedBy: string | null;
  readonly resolution: string | null;
  readonly outageId: string | null;
  readonly version: number;
}

const COLUMNS = `i.id::text AS id, i.number::float8 AS number, i.kind, i.subject, i.schedule_id::text AS "scheduleId",
  s.slug AS schedule, i.route, i.state, i.sentence, i.cause, i.reason, i.diagnosis, ${epochMs("i.since")} AS since,
  ${epochMs("i.opened_at")} AS "openedAt", ${epochMs("i.acknowledged_at")} AS "acknowledgedAt",
  i.acknowledged_by AS "acknowledgedBy", ${epochMs("i.snoozed_until")} AS "snoozedUntil",
  ${epochMs("i.expected_fix_at")} AS "expectedFixAt", i.assignee_id::text AS "assigneeId", p.name AS assignee,
  ${epochMs("i.resolved_at")} AS "resolvedAt", i.resolved_by AS "resolvedBy", i.resolution,
  i.outage_id::text AS "outageId", i.version`;
const FROM = `incident i LEFT JOIN schedule s ON s.id = i.schedule_id LEFT JOIN person p ON p.id = i.assignee_id`;

export async function incidentById(sql: Sql, id: string): Promise<IncidentRow | null> {
  const text = `SELECT ${COLUMNS} FROM ${FROM} WHERE i.project_id = ${PROJECT} AND i.id = $1::uuid`;
  const [row] = await sql.query<IncidentRow>(text, [id]);
  return row ?? null;
}

export const incidentsByIds = (sql: Sql, ids: readonly string[]): Promise<IncidentRow[]> =>
  sql.query<IncidentRow>(`SELECT ${COLUMNS} FROM ${FROM} WHERE i.id = ANY($1::uuid[])`, [ids]);

/** Its row stays locked to the end of the transaction. */
export async function lockIncident(sql: Sql, id: string): Promise<IncidentRow | null> {
  await sql.query("SELECT id FROM incident WHERE id = $1::uuid FOR UPDATE", [id]);
  return incidentById(sql, id);
}

/** The unresolved incidents of an outage, locked in the order of their ids. */
export async function lockOutage(sql: Sql, outageId: string): Promise<IncidentRow[]> {
  await sql.query("SELECT id FROM incident WHERE outage_id = $1::uuid AND state <> 'resolved' ORDER BY id FOR UPDATE", [
    outageId,
  ]);
  const text = `SELECT ${COLUMNS} FROM ${FROM} WHERE i.outage_id = $1::uuid AND i.state <> 'resolved' ORDER BY i.id`;
  return sql.query<IncidentRow>(text, [outageId]);
}

export async function schedulesOfOutage(sql: Sql, outageId: string): Promise<string[]> {
  const rows = await sql.query<{ readonly id: string }>(
    `SELECT schedule_id::text AS id FROM incident
     WHERE outage_id = $1::uuid AND state <> 'resolved' AND schedule_id IS NOT NULL`,
    [outageId],
  );
  return rows.map(({ id }) => id);
}

export interface IncidentFilters {
  /** `unresolved`: open or acknowledged. */
  readonly state?: IncidentState | "unresolved" | undefined;
  readonly kind?: IncidentKind | undefined;
  /** A slug. */
  readonly schedule?: string | undefined;
  readonly outage?: string | undefined;
  readonly scheduleIds?: readonly string[] | undefined;
  readonly cause?: string | undefined;
  /** The environment and a tag of its schedule, as they stand now. */
  readonly environment?: string | undefined;
  readonly tag?: string | undefined;
  /** Who has it: assigned to this person, or acknowledged under this name and assigned to nobody; `null`: nobody. */
  readonly takenBy?: { readonly personId: string; readonly name: string | null } | null | undefined;
}

const SORTED: Readonly<
  Record<IncidentSort, { readonly by: string; readonly way: "ASC" | "DESC"; readonly after: "<" | ">" }>
> = {
  opened: { by: "i.opened_at", way: "DESC", after: "<" },
  since: { by: "i.since", way: "DESC", after: "<" },
  oldest: { by: "i.since", way: "ASC", after: ">" },
};

/** The moment by which a list is sorted. */
export const sortMoment = (row: IncidentRow, sort: IncidentSort): Instant =>
  sort === "opened" ? row.openedAt : row.since;

/** One more than the page holds; `before` is the sort key of the last one of the page before. */
export async function listIncidents(
  sql: Sql,
  filters: IncidentFilters,
  page: Pick<Page, "limit"> & { readonly before: readonly [Instant, string] | null; readonly sort?: IncidentSort },
): Promise<IncidentRow[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where = [`i.project_id = ${PROJECT}`];
  if (filters.state === "unresolved") where.push("i.state <> 'resolved'");
  else if (filters.state !== undefined) where.push(`i.state = ${bind(filters.state)}`);
  if (filters.kind !== undefined) where.push(`i.kind = ${bind(filters.kind)}`);
  if (filters.schedule !== undefined) where.push(`s.slug = ${bind(filters.schedule)}`);
  if (filters.outage !== undefined) where.push(`i.outage_id = ${bind(filters.outage)}::uuid`);
  if (filters.scheduleIds !== undefined) where.push(`i.schedule_id = ANY(${bind(filters.scheduleIds)}::uuid[])`);
  if (filters.cause !== undefined) where.push(`i.cause = ${bind(filters.cause)}`);
  if (filters.environment !== undefined) where.push(`s.environment = ${bind(filters.environment)}`);
  if (filters.tag !== undefined) where.push(`s.tags @> ARRAY[${bind(filters.tag)}]::text[]`);
  if (filters.takenBy === null) where.push("i.assignee_id IS NULL AND i.acknowledged_by IS NULL");
  else if (filters.takenBy !== undefined) {
    const { personId, name } = filters.takenBy;
    where.push(
      `(i.assignee_id = ${bind(personId)}::uuid OR i.assignee_id IS NULL AND i.acknowledged_by = ${bind(name)})`,
    );
  }
  const { by, way, after } = SORTED[page.sort ?? "opened"];
  if (page.before !== null) {
    const [moment, id] = page.before;
    where.push(`(${by}, i.id) ${after} (${timestamp(bind(moment))}, ${bind(id)}::uuid)`);
  }
  const text = `SELECT ${COLUMNS} FROM ${FROM} WHERE ${where.join(" AND ")}
     ORDER BY ${by} ${way}, i.id ${way} LIMIT ${bind(page.limit + 1)}::int`;
  return sql.query<IncidentRow>(text, values);
}

/** The unresolved incident of its windows, for each schedule that has one. */
export async function openIncidentIds(sql: Sql, scheduleIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql.query<{ readonly subject: string; readonly id: string }>(
    `SELECT subject, id::text AS id FROM incident
     WHERE project_id = ${PROJECT} AND kind = 'windows' AND state <> 'resolved' AND subject = ANY($1::text[])`,
    [scheduleIds],
  );
  return new Map(rows.map(({ subject, id }) => [subject, id]));
}

export interface EventRow {
  readonly at: Instant;
  readonly kind: string;
  readonly by: string | null;
  readonly text: string;
}

export const eventsOf = (sql: Sql, incidentId: string): Promise<EventRow[]> =>
  sql.query<EventRow>(
    `SELECT ${epochMs("at")} AS at, kind, actor AS by, text FROM incident_event
     WHERE incident_id = $1::uuid ORDER BY incident_event.at, id LIMIT 5000`,
    [incidentId],
  );

/** A window that an incident lists, as it was judged last. */
export interface ListedWindow {
  readonly expectedAt: Instant;
  readonly verdict: Verdict;
  readonly cause: Cause | null;
  readonly reason: string | null;
  readonly doubleFire: boolean;
  readonly bad: boolean;
}

export const windowsOf = (sql: Sql, incidentId: string): Promise<ListedWindow[]> =>
  sql.query<ListedWindow>(
    `SELECT ${epochMs("expected_at")} AS "expectedAt", verdict, cause, reason, double_fire AS "doubleFire", bad
     FROM bad_window WHERE incident_id = $1::uuid ORDER BY expected_at LIMIT 10000`,
    [incidentId],
  );

/** The incident that lists each window of some schedules in a span, where one does; by schedule and `expectedAt`. */
export async function incidentsOfWindows(
  sql: Sql,
  scheduleIds: readonly string[],
  within: Span,
): Promise<Map<string, Map<number, string>>> {
  const rows = await sql.query<{ readonly schedule: string; readonly at: number; readonly id: string }>(
    `SELECT schedule_id::text AS schedule, ${epochMs("expected_at")} AS at, incident_id::text AS id FROM bad_window
     WHERE schedule_id = ANY ($1::uuid[]) AND expected_at >= ${timestamp("$2")} AND expected_at < ${timestamp("$3")}
       AND incident_id IS NOT NULL`,
    [scheduleIds, within.from, within.to],
  );
  const found = new Map<string, Map<number, string>>();
  for (const { schedule, at: expectedAt, id } of rows) {
    const those = found.get(schedule) ?? new Map<number, string>();
    found.set(schedule, those.set(expectedAt, id));
  }
  return found;
}

/** What a person's act changes of an incident; what is left out stays. */
export interface ActWrite {
  readonly state?: IncidentState;
  readonly acknowledgedAt?: Instant | null;
  readonly acknowledgedBy?: string | null;
  readonly snoozedUntil?: Instant | null;
  readonly expectedFixAt?: Instant | null;
  readonly assigneeId?: string | null;
  readonly resolvedAt?: Instant;
  readonly resolvedBy?: string;
  readonly resolution?: string;
}

const WRITTEN: Readonly<Record<keyof ActWrite, readonly [column: string, as: "text" | "moment" | "uuid"]>> = {
  state: ["state", "text"],
  acknowledgedAt: ["acknowledged_at", "moment"],
  acknowledgedBy: ["acknowledged_by", "text"],
  snoozedUntil: ["snoozed_until", "moment"],
  expectedFixAt: ["expected_fix_at", "moment"],
  assigneeId: ["assignee_id", "uuid"],
  resolvedAt: ["resolved_at", "moment"],
  resolvedBy: ["resolved_by", "text"],
  resolution: ["resolution", "text"],
};

/** Writes an act and raises the version. */
export async function writeAct(sql: Sql, id: string, act: ActWrite): Promise<void> {
  const values: unknown[] = [id];
  const sets = ["version = version + 1"];
  for (const [name, value] of Object.entries(act)) {
    // Every own key of an ActWrite is one of its names.
    const [column, as] = WRITTEN[name as keyof ActWrite];
    const placeholder = `$${values.push(value)}`;
    sets.push(
      `${column} = ${as === "moment" ? timestamp(placeholder) : as === "uuid" ? `${placeholder}::uuid` : placeholder}`,
    );
  }
  await sql.query(`UPDATE incident SET ${sets.join(", ")} WHERE id = $1::uuid`, values);
}

export interface OutageRow {
  readonly id: string;
  readonly reason: string;
  readonly route: string | null;
  readonly driver: string | null;
  readonly openedAt: Instant;
  readonly resolvedAt: Instant | null;
}

const OUTAGE = `id::text AS id, reason, route, driver, ${epochMs("opened_at")} AS "openedAt",
  ${epochMs("resolved_at")} AS "resolvedAt"`;

export async function outageById(sql: Sql, id: string): Promise<OutageRow | null> {
  const [row] = await sql.query<OutageRow>(`SELECT ${OUTAGE} FROM outage WHERE id = $1::uuid`, [id]);
  return row ?? null;
}

export const outagesByIds = (sql: Sql, ids: readonly string[]): Promise<OutageRow[]> =>
  sql.query<OutageRow>(`SELECT ${OUTAGE} FROM outage WHERE id = ANY($1::uuid[]) ORDER BY outage.opened_at, id`, [ids]);

/** Newest first; one more than the page holds. */
export async function listOutages(
  sql: Sql,
  state: "open" | "resolved" | undefined,
  page: Pick<Page, "limit"> & { readonly before: readonly [Instant, string] | null },
): Promise<OutageRow[]> {
  const [openedAt, id] = page.before ?? [null, null];
  const only = state === undefined ? "" : state === "open" ? "AND resolved_at IS NULL" : "AND resolved_at IS NOT NULL";
  return sql.query<OutageRow>(
    `SELECT ${OUTAGE} FROM outage WHERE project_id = ${PROJECT} ${only}
       AND ($1::float8 IS NULL OR (opened_at, id) < (${timestamp("$1")}, $2::uuid))
     ORDER BY outage.opened_at DESC, outage.id DESC LIMIT $3::int`,
    [openedAt, id, page.limit + 1],
  );
}

export async function incidentsOfOutages(sql: Sql, outageIds: readonly string[]): Promise<IncidentRow[]> {
  const text = `SELECT ${COLUMNS} FROM ${FROM} WHERE i.outage_id = ANY($1::uuid[]) ORDER BY i.opened_at, i.id LIMIT 10000`;
  return sql.query<IncidentRow>(text, [outageIds]);
}
