import { actorName, mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import type { Sql } from "#lib/db/sql.ts";
import { loadSubjects } from "#lib/engine/subjects.ts";
import { noIncident } from "#lib/incidents/act.ts";
import { planOf } from "#lib/incidents/make-good-store.ts";
import {
  eventsOf,
  type IncidentFilters,
  type IncidentRow,
  incidentById,
  incidentsOfOutages,
  type ListedWindow,
  listIncidents,
  listOutages,
  type OutageRow,
  outageById,
  sortMoment,
  windowsOf,
} from "#lib/incidents/row-store.ts";
import type { IncidentSort } from "#lib/incidents/schema.ts";
import { eventShape, type IncidentShape, incidentShape, outageShape } from "#lib/incidents/shape.ts";
import { isUuid } from "#lib/input/identifiers.ts";
import { BY_MOMENT, cursorKey, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { notFound, ok, type Result, refuse } from "#lib/problem.ts";
import { DAY, type Instant, instant, minus, toRfc3339 } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import { judgedIn } from "./judged.ts";
import { windowShapes } from "./windows.ts";

/** Nobody is assigned to a key. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

export interface IncidentQuery extends Omit<IncidentFilters, "takenBy"> {
  /** `me`, `none`, or the id of a person. */
  readonly assignee?: string | undefined;
  readonly sort?: IncidentSort | undefined;
}

function takenBy({ actor }: Context, assignee: string): NonNullable<IncidentFilters["takenBy"]> | null {
  if (assignee === "none") return null;
  const me = actor.kind === "person" ? actor : null;
  if (assignee === "me" || assignee === me?.id) return { personId: me?.id ?? NOBODY, name: actorName(actor) };
  return { personId: assignee, name: null };
}

/** Without windows and events; the newest first unless it is asked for otherwise. */
export async function viewIncidents(
  ctx: Context,
  { query, page }: { readonly query: IncidentQuery; readonly page: Page },
): Promise<Result<Listed<IncidentShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(page.cursor, BY_MOMENT);
  if (!cursor.ok) return cursor;
  const { assignee, sort = "opened", ...filters } = query;
  const taken = assignee === undefined ? {} : { takenBy: takenBy(ctx, assignee) };
  const rows = await listIncidents(
    sqlIn(ctx),
    { ...filters, ...taken },
    { limit: page.limit, sort, before: cursor.value },
  );
  return ok(toPage(rows, page, { key: (row) => [sortMoment(row, sort), row.id], item: incidentShape }));
}

/** A window of which only what the incident kept is known: its schedule no longer expects it. */
const keptShape = (window: ListedWindow, incidentId: string) => ({
  expectedAt: toRfc3339(window.expectedAt),
  opensAt: toRfc3339(window.expectedAt),
  dueBy: toRfc3339(window.expectedAt),
  version: 1,
  verdict: window.verdict,
  ...(window.cause === null ? {} : { cause: window.cause }),
  ...(window.reason === null ? {} : { reason: window.reason }),
  runs: [],
  attempts: [],
  decisions: [],
  incidentId,
  doubleFire: window.doubleFire,
});

/** The windows that an incident lists, with their evidence as it is now; the newest thousand. */
async function listedWindows(sql: Sql, incident: IncidentRow, now: Instant) {
  const listed = (await windowsOf(sql, incident.id)).slice(-1_000);
  const [first, last] = [listed[0], listed[listed.length - 1]];
  if (!first || !last || incident.scheduleId === null) return [];
  const from = minus(first.expectedAt, DAY);
  const subject = (await loadSubjects(sql, [incident.scheduleId], { now, from })).get(incident.scheduleId);
  const wanted = new Set(listed.map((window) => window.expectedAt));
  const judged = subject
    ? judgedIn(subject, now, span(first.expectedAt, instant(last.expectedAt + 1))).windows.filter((window) =>
        wanted.has(window.expectedAt),
      )
    : [];
  const shapes = subject ? await windowShapes(sql, subject, { windows: judged, now }) : [];
  const shown = new Map(shapes.map((shape) => [shape.expectedAt, shape]));
  return listed.map((window) => shown.get(toRfc3339(window.expectedAt)) ?? keptShape(window, incident.id));
}

/** One incident with its windows, oldest first, and its events. */
export async function viewIncident(ctx: Context, { id }: { readonly id: string }) {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const row = isUuid(id) ? await incidentById(sql, id) : null;
  if (!row) return refuse(noIncident());
  const windows = await listedWindows(sql, row, ctx.now);
  const events = (await eventsOf(sql, row.id)).map(eventShape);
  return ok({ ...incidentShape(row), windows, events, makingGood: await planOf(sql, row.id) });
}

const outageInFull = (outage: OutageRow, incidents: readonly IncidentRow[]) => ({
  ...outageShape(outage, incidents),
  incidents: incidents.map(incidentShape),
});
export type OutageShape = ReturnType<typeof outageInFull>;

async function outageShapes(sql: Sql, outages: readonly OutageRow[]): Promise<OutageShape[]> {
  const all = await incidentsOfOutages(
    sql,
    outages.map(({ id }) => id),
  );
  return outages.map((outage) =>
    outageInFull(
      outage,
      all.filter((row) => row.outageId === outage.id),
    ),
  );
}

/** Newest first. */
export async function viewOutages(
  ctx: Context,
  { state, page }: { readonly state: "open" | "resolved" | undefined; readonly page: Page },
): Promise<Result<Listed<OutageShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(page.cursor, BY_MOMENT);
  if (!cursor.ok) return cursor;
  const sql = sqlIn(ctx);
  const rows = await listOutages(sql, state, { limit: page.limit, before: cursor.value });
  const listed = toPage(rows, page, { key: (row) => [row.openedAt, row.id], item: (row) => row });
  return ok({ items: await outageShapes(sql, listed.items), nextCursor: listed.nextCursor });
}

export async function viewOutage(ctx: Context, { id }: { readonly id: string }): Promise<Result<OutageShape>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const row = isUuid(id) ? await outageById(sql, id) : null;
  const [shape] = row ? await outageShapes(sql, [row]) : [];
  return shape ? ok(shape) : refuse(notFound({ message: "There is no such outage." }));
}
