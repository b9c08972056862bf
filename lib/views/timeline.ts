/**
 * The lanes of the timeline: one a schedule, with its windows where each is wide enough to be seen, else with counts.
 *
 * 1. Which lanes: a page of those that fit, in order; fewer where their windows would be too many for one answer.
 * 2. By the windows of each lane in the span, windows or counts.
 * 3. Windows are judged from what is stored in their own stretch; counts come from roll-ups as far as these stand
 *    (`lane-buckets.ts`).
 */
import { type Band, bandsIn } from "#lib/accelerations/store.ts";
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import type { Sql } from "#lib/db/sql.ts";
import { excusesOf, isRolling, loadSubjects } from "#lib/engine/subjects.ts";
import { cursorOf, type Page } from "#lib/input/page.ts";
import { ok, refuse } from "#lib/problem.ts";
import { writtenVersions } from "#lib/schedules/accelerated.ts";
import { listChanges } from "#lib/schedules/change-store.ts";
import { changeShape } from "#lib/schedules/changes.ts";
import type { Excuse } from "#lib/schedules/excuse.ts";
import { type Facts, loadFacts, loadMaintenance, type Maintenance } from "#lib/schedules/facts-store.ts";
import { firstWindows } from "#lib/schedules/first-windows.ts";
import type { LaneSort } from "#lib/schedules/lane.ts";
import type { LaneFilters, LaneRow } from "#lib/schedules/lane-store.ts";
import { type ScheduleRow, schedulesByIds } from "#lib/schedules/store.ts";
import { DAY, earliest, type Instant, minus, toRfc3339 } from "#lib/time/instant.ts";
import { meets, type Span, span } from "#lib/time/span.ts";
import { blindSpansSince } from "#lib/verdicts/blind-store.ts";
import { rollupReach } from "#lib/verdicts/rollup-store.ts";
import { type Bucket, bucketLength, mostWindows } from "./buckets.ts";
import { cadenceOf } from "./cadence.ts";
import { type Standing, standingsOf } from "./glances.ts";
import { judgedIn } from "./judged.ts";
import { laneCounts } from "./lane-buckets.ts";
import { lanesAfter } from "./lanes.ts";
import { time, type WindowShape } from "./shapes.ts";
import { type UnscheduledShape, unscheduledIn } from "./unscheduled.ts";
import { windowShapesOf } from "./windows.ts";

/** Windows of an answer that are judged for counts: about a second. */
const JUDGED_AT_ONCE = 200_000;
/** Windows of an answer that are drawn one by one: some MB. */
const DRAWN_AT_ONCE = 10_000;
const MOST_CHANGES = 1_000;
/** A pause, or a maintenance, that ended so long before a window excuses nothing in it. */
const EXCUSES_BACK = (32 * DAY) as typeof DAY;

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
  /** Runs that nobody expected, beside the windows. */
  readonly unscheduled?: readonly UnscheduledShape[];
  readonly buckets?: readonly Bucket[];
  /** The span holds more windows than are judged at once: until the roll-ups have them, the buckets end early. */
  readonly cut?: true;
}

interface Known {
  readonly facts: Facts;
  readonly row: ScheduleRow;
  readonly excuses: readonly Excuse[];
  readonly standing: Standing;
  readonly bands: readonly BandShape[];
}

/** An acceleration as the timeline draws it: a band, its confirmed run, its revert. */
const bandShape = (band: Band) => ({
  id: band.id,
  state: band.state,
  from: toRfc3339(band.from),
  to: toRfc3339(band.to),
  confirmedAt: time(band.confirmedAt),
  revertedAt: time(band.revertedAt),
});
type BandShape = ReturnType<typeof bandShape>;

function laneOf({ facts, row, excuses, standing, bands }: Known, within: Span) {
  const versions = writtenVersions(facts.history.versions).filter(
    ({ effectiveFrom }) => effectiveFrom >= within.from && effectiveFrom < within.to,
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
    // api.md knows no mark for a refusal in a status: it is a missing run.
    status: standing.status === "rejected" ? ("missing" as const) : standing.status,
    nextExpectedAt: time(standing.nextExpectedAt),
    maintenance: excusedIn(excuses, "maintenance", within),
    pauses: excusedIn(excuses, "pause", within),
    accelerations: bands,
    versions: versions.map(({ number, effectiveFrom }) => ({ version: number, at: toRfc3339(effectiveFrom) })),
  };
}

/** How many windows of a schedule lie in a span, counted no further than `most` + 1; of a rolling one, about. */
function windowsIn({ history }: Facts, within: Span, most: number): number {
  const spec = history.versions.at(-1)?.spec;
  if (spec?.kind === "rolling") return Math.ceil((within.to - within.from) / (spec.everySeconds * 1_000));
  return firstWindows(history, within, most + 1).length;
}

interface Question {
  readonly within: Span;
  readonly width: number;
  readonly now: Instant;
}

/** What is drawn of each lane. A rolling one is counted first: its starts make its windows. */
async function drawn(
  sql: Sql,
  lanes: readonly Facts[],
  asked: Question & { readonly maintenance: readonly Maintenance[] },
): Promise<Map<string, Drawn>> {
  const { within, width, now } = asked;
  const most = mostWindows(width);
  const dense = lanes.filter((facts) => isRolling(facts) || windowsIn(facts, within, most) > most);
  const counts = await laneCounts(sql, dense, {
    ...{ within, now, maintenance: asked.maintenance, budget: JUDGED_AT_ONCE },
    bucket: bucketLength(within, width),
    reach: await rollupReach(sql),
  });
  const found = new Map<string, Drawn>();
  for (const [id, { buckets, cut }] of counts) found.set(id, { buckets, ...(cut ? { cut: true } : {}) });
  const thin = lanes.filter((facts) => {
    const counted = counts.get(facts.id);
    return counted === undefined || (isRolling(facts) && !counted.cut && total(counted.buckets) <= most);
  });
  const ids = thin.map(({ id }) => id);
  const subjects = await loadSubjects(sql, ids, { now, from: within.from, to: within.to, onBroken: () => {} });
  const judged = [...subjects.values()].map((subject) => ({
    subject,
    windows: judgedIn(subject, now, within).windows,
  }));
  const shapes = await windowShapesOf(sql, judged, now);
  for (const { subject, windows } of judged) {
    const { id } = subject.facts;
    const unscheduled = unscheduledIn(subject, { windows, within, now, most });
    found.set(id, { windows: shapes.get(id) ?? [], ...(unscheduled.length === 0 ? {} : { unscheduled }) });
  }
  return found;
}

const total = (buckets: readonly Bucket[]): number =>
  buckets.reduce((sum, { counts }) => sum + Object.values(counts).reduce((a, b) => a + b, 0), 0);

/** The first of these lanes, as many as one answer holds; one at least. */
function thatFit(lanes: readonly LaneRow[], facts: ReadonlyMap<string, Facts>, { within, width }: Question): LaneRow[] {
  const most = mostWindows(width);
  let drawnOnes = 0;
  for (const [i, { id }] of lanes.entries()) {
    const one = facts.get(id);
    const count = one ? windowsIn(one, within, most) : 0;
    if (count <= most) drawnOnes += count;
    if (i > 0 && drawnOnes > DRAWN_AT_ONCE) return lanes.slice(0, i);
  }
  return [...lanes];
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
  const all = listed.value.lanes.map(({ row }) => row);
  const since = earliest(from, now);
  const facts = await loadFacts(
    sql,
    all.map(({ id }) => id),
    { since },
  );
  const lanes = thatFit(all, facts, { within, width, now });
  const ids = lanes.map(({ id }) => id);
  const rows = new Map((await schedulesByIds(sql, ids)).map((row) => [row.id, row]));
  const standings = await standingsOf(sql, lanes, now);
  const maintenance = await loadMaintenance(sql, minus(since, EXCUSES_BACK));
  const bands = await bandsIn(sql, ids, within);
  const known = ids.flatMap((id): Known[] => {
    const [one, row] = [facts.get(id), rows.get(id)];
    const standing = standings.get(id) ?? { status: "new", nextExpectedAt: null };
    const own = bands.filter(({ scheduleId }) => scheduleId === id).map(bandShape);
    return one && row ? [{ facts: one, row, excuses: excusesOf(one, maintenance), standing, bands: own }] : [];
  });
  const pictures = await drawn(
    sql,
    known.map((one) => one.facts),
    { within, width, now, maintenance },
  );
  const blind = (await blindSpansSince(sql, from)).filter((one) => meets(one, within));
  const changes = await listChanges(sql, { from, to }, { limit: MOST_CHANGES, before: null });
  const last = listed.value.lanes[lanes.length - 1];
  const more = listed.value.more || lanes.length < all.length;
  return ok({
    from: toRfc3339(from),
    to: toRfc3339(to),
    bucketSeconds: [...pictures.values()].some(({ buckets }) => buckets) ? bucketLength(within, width) / 1_000 : null,
    blind: blind.map((one) => ({ from: toRfc3339(one.from), to: toRfc3339(one.to) })),
    changes: changes.slice(0, MOST_CHANGES).map(changeShape),
    lanes: known.map((one) => ({ ...laneOf(one, within), ...pictures.get(one.facts.id) })),
    nextCursor: more && last ? cursorOf(last.place) : null,
  });
}
