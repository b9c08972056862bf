/** The lanes of the timeline: one a schedule, with its windows, or with counts where these are too narrow to be seen. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import type { Sql } from "#lib/db/sql.ts";
import { isRolling, loadSubjects, type Subject } from "#lib/engine/subjects.ts";
import { cursorOf, type Page } from "#lib/input/page.ts";
import { ok, refuse } from "#lib/problem.ts";
import { listChanges } from "#lib/schedules/change-store.ts";
import { changeShape } from "#lib/schedules/changes.ts";
import type { Excuse } from "#lib/schedules/excuse.ts";
import { type Facts, loadFacts } from "#lib/schedules/facts-store.ts";
import { firstWindows } from "#lib/schedules/first-windows.ts";
import type { LaneSort } from "#lib/schedules/lane.ts";
import type { LaneFilters } from "#lib/schedules/lane-store.ts";
import { isPaused } from "#lib/schedules/paused.ts";
import { type ScheduleRow, schedulesByIds } from "#lib/schedules/store.ts";
import { DAY, earliest, type Instant, type Millis, minus, toRfc3339 } from "#lib/time/instant.ts";
import { meets, type Span, span } from "#lib/time/span.ts";
import { blindSpansSince } from "#lib/verdicts/blind-store.ts";
import type { JudgedWindow } from "#lib/verdicts/verdict.ts";
import { type Bucket, bucketLength, bucketsOf, mostWindows } from "./buckets.ts";
import { cadenceOf } from "./cadence.ts";
import { judgedIn } from "./judged.ts";
import { lanesAfter } from "./lanes.ts";
import { time, type WindowShape } from "./shapes.ts";
import { glance } from "./status.ts";
import { windowShapes } from "./windows.ts";

/** Windows of one lane that are judged for its buckets, at most; beyond it the lane says so. */
const MOST_JUDGED = 200_000;
/** Windows of all lanes of an answer that are judged (about a second), and that are drawn one by one (some MB). */
const JUDGED_AT_ONCE = 100_000;
const DRAWN_AT_ONCE = 10_000;
const MOST_CHANGES = 1_000;

export interface TimelineQuery extends LaneFilters {
  readonly from: Instant;
  readonly to: Instant;
  /** In pixels of a lane. */
  readonly width: number;
  readonly sort: LaneSort;
}

interface Excused {
  readonly from: string;
  readonly to: string | null;
  readonly reason: string | null;
}

function excusedIn(excuses: readonly Excuse[], kind: "pause" | "maintenance", within: Span): Excused[] {
  return excuses.flatMap((excuse) => {
    if (excuse.kind !== kind) return [];
    if (excuse.from >= within.to || (excuse.to !== null && excuse.to <= within.from)) return [];
    return [{ from: toRfc3339(excuse.from), to: time(excuse.to), reason: excuse.reason ?? null }];
  });
}

interface Drawn {
  readonly windows?: readonly WindowShape[];
  readonly buckets?: readonly Bucket[];
  /** The span holds more windows than are counted: the buckets end early. */
  readonly cut?: true;
}

async function draw(
  sql: Sql,
  subject: Subject,
  asked: { readonly now: Instant; readonly within: Span; readonly most: number; readonly bucket: Millis },
): Promise<Drawn> {
  const { now, within, most, bucket } = asked;
  let windows: readonly JudgedWindow[];
  let cut = false;
  if (isRolling(subject.facts)) windows = judgedIn(subject, now, within).windows;
  else {
    const expected = firstWindows(subject.facts.history, within, MOST_JUDGED + 1);
    const next = expected[MOST_JUDGED];
    cut = next !== undefined;
    windows = judgedIn(subject, now, next ? span(within.from, next.expectedAt) : within).windows;
  }
  if (windows.length <= most) return { windows: await windowShapes(sql, subject, windows) };
  return { buckets: bucketsOf(windows, bucket), ...(cut ? { cut: true } : {}) };
}

function laneOf(row: ScheduleRow, subject: Subject, at: { readonly now: Instant; readonly within: Span }) {
  const { status, nextExpectedAt } = glance(subject, { now: at.now, paused: isPaused(row, at.now) });
  const versions = subject.facts.history.versions.filter(
    ({ effectiveFrom }) => effectiveFrom >= at.within.from && effectiveFrom < at.within.to,
  );
  return {
    slug: row.slug,
    name: row.name,
    cadence: cadenceOf(row),
    environment: row.environment,
    tags: row.tags,
    owner: row.owner,
    route: row.route,
    driver: row.driver.kind,
    status,
    nextExpectedAt: time(nextExpectedAt),
    maintenance: excusedIn(subject.excuses, "maintenance", at.within),
    pauses: excusedIn(subject.excuses, "pause", at.within),
    accelerations: [],
    versions: versions.map(({ number, effectiveFrom }) => ({ version: number, at: toRfc3339(effectiveFrom) })),
  };
}

/** About how many windows of a schedule lie in a span. */
function windowsIn(facts: Facts, within: Span): number {
  const spec = facts.history.versions.at(-1)?.spec;
  if (spec?.kind === "rolling") return Math.ceil((within.to - within.from) / (spec.everySeconds * 1_000));
  return firstWindows(facts.history, within, MOST_JUDGED).length;
}

/** The first of these lanes, as many as one answer holds; one at least. */
async function thatFit(sql: Sql, ids: readonly string[], within: Span, most: number): Promise<readonly string[]> {
  const facts = await loadFacts(sql, ids);
  let [judged, drawn] = [0, 0];
  for (const [i, id] of ids.entries()) {
    const one = facts.get(id);
    const count = one ? windowsIn(one, within) : 0;
    judged += count;
    if (count <= most) drawn += count;
    if (i > 0 && (judged > JUDGED_AT_ONCE || drawn > DRAWN_AT_ONCE)) return ids.slice(0, i);
  }
  return ids;
}

/** A page may hold fewer lanes than its limit; its cursor leads on all the same. */
export async function viewTimeline(
  ctx: Context,
  { query, page }: { readonly query: TimelineQuery; readonly page: Page },
) {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const { now } = ctx;
  const { width, sort, from, to, ...filters } = query;
  const within = span(from, to);
  const sql = sqlIn(ctx);
  const listed = await lanesAfter(sql, { query: { ...filters, sort, group: null }, page, now });
  if (!listed.ok) return listed;
  const all = listed.value.lanes.map(({ row }) => row.id);
  const ids = await thatFit(sql, all, within, mostWindows(width));
  const rows = new Map((await schedulesByIds(sql, ids)).map((row) => [row.id, row]));
  // A day earlier: the windows at the left edge have runs and rolling openings that came before it.
  const subjects = await loadSubjects(sql, ids, { now, from: minus(earliest(from, now), DAY) });
  const bucket = bucketLength(within, width);
  const asked = { now, within, most: mostWindows(width), bucket };
  const lanes: (ReturnType<typeof laneOf> & Drawn)[] = [];
  for (const id of ids) {
    const [row, subject] = [rows.get(id), subjects.get(id)];
    if (row && subject) lanes.push({ ...laneOf(row, subject, asked), ...(await draw(sql, subject, asked)) });
  }
  const blind = (await blindSpansSince(sql, from)).filter((one) => meets(one, within));
  const changes = await listChanges(sql, { from, to }, { limit: MOST_CHANGES, before: null });
  const last = listed.value.lanes[ids.length - 1];
  return ok({
    from: toRfc3339(from),
    to: toRfc3339(to),
    bucketSeconds: lanes.some((lane) => lane.buckets) ? bucket / 1_000 : null,
    blind: blind.map((one) => ({ from: toRfc3339(one.from), to: toRfc3339(one.to) })),
    changes: changes.slice(0, MOST_CHANGES).map(changeShape),
    lanes,
    nextCursor: (listed.value.more || ids.length < all.length) && last ? cursorOf(last.place) : null,
  });
}
