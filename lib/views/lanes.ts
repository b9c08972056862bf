/** All lanes of the timeline, light: what each is and how it stands, without its windows. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import type { Sql } from "#lib/db/sql.ts";
import { cursorKey, cursorOf, KEY, type Page } from "#lib/input/page.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import type { LaneGroup, LaneSort } from "#lib/schedules/lane.ts";
import { type LaneFilters, type LaneRow, laneWords, listLanes } from "#lib/schedules/lane-store.ts";
import { schedulesByIds } from "#lib/schedules/store.ts";
import type { Instant } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import { schedulesWithBad } from "#lib/verdicts/bad-window-store.ts";
import { hourOf } from "#lib/verdicts/rollup.ts";
import { schedulesWithLate } from "#lib/verdicts/rollup-read-store.ts";
import { cadenceOf } from "./cadence.ts";
import { type Standing, standingsOf } from "./glances.ts";
import { time } from "./shapes.ts";
import type { StatusMark } from "./status.ts";

export interface LaneOrder {
  readonly sort: LaneSort;
  readonly group: LaneGroup | null;
}

export interface LanesQuery extends LaneFilters, LaneOrder {
  readonly verdict?: StatusMark | undefined;
  /** With a verdict: lanes fit too that do not stand so now, but had such a window in this span. */
  readonly within?: Span | undefined;
}

/** Where a lane stands: its group, how wrong it is or when it is next expected, its name, its slug. */
type Place = readonly [group: string, rank: number, name: string, slug: string];

const AT_NO_TIME = 253_402_300_799_999;

/**
 * What is wrong first: refused at the boundary, other open incidents, the rest. Wrong is what has an open incident, for
 * that stays until somebody or something mends it; by their status lanes would change places with every run.
 */
const wrongness = ({ openIncidentId, cause }: LaneRow): number =>
  openIncidentId === null ? 2 : cause === "rejected" ? 0 : 1;

function placeOf(row: LaneRow, sort: LaneSort, standing: Standing | undefined): Place {
  switch (sort) {
    case "wrong":
      return [row.group, wrongness(row), row.name, row.slug];
    case "name":
      return [row.group, 0, row.name, row.slug];
    case "next":
      return [row.group, standing?.nextExpectedAt ?? AT_NO_TIME, row.name, row.slug];
    case "slug":
      return [row.group, 0, "", row.slug];
  }
}

function compare(a: Place, b: Place): number {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    // Those without a group come last.
    if (i === 0 && (x === "") !== (y === "")) return x === "" ? 1 : -1;
    if (x !== y) return x < y ? -1 : 1;
  }
  return 0;
}

export interface PlacedLane {
  readonly row: LaneRow;
  readonly place: Place;
}

const none: ReadonlySet<string> = new Set();

/** The lanes that had a window of this verdict in a span; of what is neither bad nor late, how a lane stands says it. */
async function hadOne(sql: Sql, verdict: StatusMark, within: Span): Promise<ReadonlySet<string>> {
  switch (verdict) {
    case "rejected":
    case "missing":
      return schedulesWithBad(sql, { within, verdict: "missing", rejected: verdict === "rejected" });
    case "failed":
    case "overrun":
      return schedulesWithBad(sql, { within, verdict, rejected: false });
    case "late":
      return schedulesWithLate(sql, span(hourOf(within.from), within.to));
    default:
      return none;
  }
}

/** The lanes that fit, in no order, and how they stand where that had to be asked. */
async function lanesFitting(sql: Sql, query: LanesQuery, now: Instant) {
  const { sort, group, verdict, within, ...filters } = query;
  const rows = await listLanes(sql, filters, group);
  // Both need every lane judged: remembered, so that only the first to ask waits for it.
  const standings = sort === "next" || verdict !== undefined ? await standingsOf(sql, rows, now) : null;
  const had = verdict !== undefined && within !== undefined ? await hadOne(sql, verdict, within) : none;
  const fits = ({ id }: LaneRow): boolean => standings?.get(id)?.status === verdict || had.has(id);
  return { rows: verdict === undefined ? rows : rows.filter(fits), standings };
}

/** The lanes that fit, for whoever counts over them. */
export const lanesInNoOrder = async (
  sql: Sql,
  query: Omit<LanesQuery, keyof LaneOrder>,
  now: Instant,
): Promise<readonly LaneRow[]> => (await lanesFitting(sql, { ...query, sort: "slug", group: null }, now)).rows;

/** The lanes that fit, in the order of the screen. */
export async function lanesInOrder(sql: Sql, query: LanesQuery, now: Instant): Promise<PlacedLane[]> {
  const { rows, standings } = await lanesFitting(sql, query, now);
  return rows
    .map((row) => ({ row, place: placeOf(row, query.sort, standings?.get(row.id)) }))
    .sort((a, b) => compare(a.place, b.place));
}

/** A page of them. */
export async function lanesAfter(
  sql: Sql,
  asked: { readonly query: LanesQuery; readonly page: Page; readonly now: Instant },
): Promise<Result<{ readonly lanes: readonly PlacedLane[]; readonly total: number; readonly more: boolean }>> {
  const { query, page, now } = asked;
  const cursor = cursorKey(page.cursor, [KEY.text, KEY.moment, KEY.text, KEY.text]);
  if (!cursor.ok) return cursor;
  const all = await lanesInOrder(sql, query, now);
  const after = cursor.value;
  const first = after === null ? 0 : all.findIndex(({ place }) => compare(place, after) > 0);
  if (first < 0) return ok({ lanes: [], total: all.length, more: false });
  const end = first + page.limit;
  return ok({ lanes: all.slice(first, end), total: all.length, more: end < all.length });
}

const NOTHING: Standing = { status: "new", nextExpectedAt: null };

async function shapesOf(sql: Sql, lanes: readonly PlacedLane[], now: Instant) {
  const standings = await standingsOf(
    sql,
    lanes.map(({ row }) => row),
    now,
  );
  const ids = lanes.map(({ row }) => row.id);
  const schedules = new Map((await schedulesByIds(sql, ids)).map((row) => [row.id, row]));
  return lanes.flatMap(({ row }) => {
    const schedule = schedules.get(row.id);
    if (!schedule) return [];
    const { status, nextExpectedAt } = standings.get(row.id) ?? NOTHING;
    return [
      {
        slug: schedule.slug,
        name: schedule.name,
        cadence: cadenceOf(schedule),
        status,
        nextExpectedAt: time(nextExpectedAt),
        tags: schedule.tags,
        environment: schedule.environment,
        owner: schedule.owner,
        route: schedule.route,
        driver: schedule.driver.kind,
        openIncidentId: row.openIncidentId,
        group: row.group === "" ? null : row.group,
      },
    ];
  });
}

export type LaneListedShape = Awaited<ReturnType<typeof shapesOf>>[number];

export async function viewLanes(
  ctx: Context,
  { query, page }: { readonly query: LanesQuery; readonly page: Page },
): Promise<
  Result<{ readonly items: readonly LaneListedShape[]; readonly total: number; readonly nextCursor: string | null }>
> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const found = await lanesAfter(sql, { query, page, now: ctx.now });
  if (!found.ok) return found;
  const { lanes, total, more } = found.value;
  const last = lanes[lanes.length - 1];
  return ok({
    items: await shapesOf(sql, lanes, ctx.now),
    total,
    nextCursor: more && last ? cursorOf(last.place) : null,
  });
}

/** Every tag, and every environment, that a lane has: what a screen may filter by. */
export async function viewLaneWords(ctx: Context) {
  const denied = mayNot(ctx.actor, "see");
  return denied ? refuse(denied) : ok(await laneWords(sqlIn(ctx)));
}
