/**
 * Lanes as counts: what roll-ups have counted is read, the rest is judged, what is still to come is expanded. The answer
 * is the one that judging every window would give (a property test says so), however many there are.
 */
import type { Sql } from "#lib/db/sql.ts";
import { excusesOf, isRolling, loadSubjects } from "#lib/engine/subjects.ts";
import type { Excuse } from "#lib/schedules/excuse.ts";
import { expectedByHour } from "#lib/schedules/expected-counts.ts";
import type { Facts, Maintenance } from "#lib/schedules/facts-store.ts";
import { firstWindows } from "#lib/schedules/first-windows.ts";
import { expectedWindows, nextWindow } from "#lib/schedules/windows.ts";
import { DAY, earliest, HOUR, type Instant, instant, latest, type Millis, millis } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import { listRejected } from "#lib/verdicts/bad-window-store.ts";
import { hourOf } from "#lib/verdicts/rollup.ts";
import { countedIn, staleHours } from "#lib/verdicts/rollup-read-store.ts";
import { type Bucket, Buckets } from "./buckets.ts";
import { judgedIn } from "./judged.ts";
import { hourCeil, sealedPart, unsealedParts } from "./sealed.ts";

export interface LaneCounts {
  readonly buckets: readonly Bucket[];
  /** More windows would have to be judged than one answer may: what lies beyond is left out until roll-ups have it. */
  readonly cut: boolean;
}

interface Plan {
  readonly facts: Facts;
  readonly sealed: Span | null;
  readonly stretches: readonly Span[];
  /** From here on everything is still to come; `null`: such a part is not in the question. */
  readonly future: Span | null;
  cut: boolean;
}

export interface CountsAsked {
  readonly within: Span;
  readonly bucket: Millis;
  readonly now: Instant;
  /** Up to where roll-ups reach; `null`: there are none. */
  readonly reach: Instant | null;
  readonly maintenance: readonly Maintenance[];
  /** So many windows are judged, at most; about. */
  readonly budget: number;
}

/** Past the next window every further one opens later than now: from the whole hour after it they need no judging. */
function futureOf(facts: Facts, { within, now }: CountsAsked): Span | null {
  if (isRolling(facts) || within.to <= now) return null;
  const next = nextWindow(facts.history, now);
  const from = hourCeil(latest(next ? instant(next.expectedAt + 1) : now, within.from));
  const to = hourOf(within.to);
  return from < to ? span(from, to) : null;
}

/** What of a stretch is left before and after a part of it. */
const without = (whole: Span, part: Span | null): Span[] =>
  part === null ? [whole] : [span(whole.from, part.from), span(part.to, whole.to)].filter(({ from, to }) => from < to);

/** Cuts off what would cost more than is left; answers what it costs. */
function within(budget: number, plan: Plan & { stretches: readonly Span[] }): number {
  let left = budget;
  const kept: Span[] = [];
  for (const stretch of plan.stretches) {
    if (left <= 0) {
      plan.cut = true;
      break;
    }
    if (isRolling(plan.facts)) {
      kept.push(stretch);
      continue;
    }
    const windows = firstWindows(plan.facts.history, stretch, left + 1);
    const beyond = windows[left];
    kept.push(beyond && beyond.expectedAt > stretch.from ? span(stretch.from, beyond.expectedAt) : stretch);
    if (beyond) plan.cut = true;
    left -= windows.length;
  }
  Object.assign(plan, { stretches: kept });
  return budget - left;
}

async function planned(sql: Sql, lanes: readonly Facts[], asked: CountsAsked): Promise<Plan[]> {
  // Buckets shorter than an hour cannot be answered by hours.
  const part = asked.bucket >= HOUR ? sealedPart(asked.within, asked.reach) : null;
  const ids = lanes.map(({ id }) => id);
  const stale = part ? await staleHours(sql, { scheduleIds: ids, within: part }) : new Map<string, Instant[]>();
  let budget = asked.budget;
  return lanes.map((facts) => {
    const future = futureOf(facts, asked);
    const stretches = without(asked.within, future).flatMap((stretch) =>
      unsealedParts(stretch, part && overlap(part, stretch), stale.get(facts.id) ?? []),
    );
    const plan = { facts, sealed: part, stretches, future, cut: false };
    budget -= within(Math.max(0, budget), plan);
    return plan;
  });
}

function overlap(a: Span, b: Span): Span | null {
  const [from, to] = [latest(a.from, b.from), earliest(a.to, b.to)];
  return from < to ? span(from, to) : null;
}

const inside = (stretches: readonly Span[], from: number, to: number): boolean =>
  stretches.some((stretch) => stretch.from < to && from < stretch.to);

/** Days where they say it all; the hours of the others. */
async function addSealed(
  sql: Sql,
  plans: readonly Plan[],
  { bucket, into }: { readonly bucket: Millis; readonly into: ReadonlyMap<string, Buckets> },
): Promise<void> {
  const part = plans.find(({ sealed }) => sealed !== null)?.sealed;
  if (!part) return;
  const ids = plans.map(({ facts }) => facts.id);
  const days = bucket >= DAY ? wholeDays(part) : null;
  const read: [ids: readonly string[], by: "hour" | "day", within: Span][] =
    days === null
      ? [[ids, "hour", part]]
      : [
          [ids, "day", days],
          [ids, "hour", span(part.from, days.from)],
          [ids, "hour", span(days.to, part.to)],
          [plans.filter((plan) => !standsWhole(plan, days)).map(({ facts }) => facts.id), "hour", days],
        ];
  const planOf = new Map(plans.map((plan) => [plan.facts.id, plan]));
  for (const [scheduleIds, by, stretch] of read) {
    const length = by === "day" ? DAY : HOUR;
    for (const [id, rows] of await countedIn(sql, { by, scheduleIds, within: stretch })) {
      const [plan, buckets] = [planOf.get(id), into.get(id)];
      if (!plan || !buckets) continue;
      for (const { at, counts } of rows) {
        if (!stands(plan, at, length)) continue;
        // The hours of a day are read for those days that do not stand as a whole.
        if (by === "hour" && days !== null && meetsDays(days, at) && stands(plan, dayOf(at), DAY)) continue;
        buckets.addCounts(at, counts);
      }
    }
  }
}

const dayOf = (at: Instant): Instant => instant(Math.floor(at / DAY) * DAY);
const meetsDays = (days: Span, at: Instant): boolean => at >= days.from && at < days.to;

function wholeDays(part: Span): Span | null {
  const [from, to] = [Math.ceil(part.from / DAY) * DAY, Math.floor(part.to / DAY) * DAY];
  return from < to ? span(instant(from), instant(to)) : null;
}

/** Whether a count stands: nothing of it is judged here, and nothing of it is of another life of the schedule. */
const stands = ({ stretches, facts }: Plan, at: Instant, length: Millis): boolean =>
  at >= hourOf(facts.history.createdAt) && !inside(stretches, at, at + length);

const standsWhole = (plan: Plan, days: Span): boolean => stands(plan, days.from, millis(days.to - days.from));

/** Whether an excuse holds a moment that is still to come: then its window will be excused (domain.md, Verdict). */
const excused = (excuses: readonly Excuse[], at: number): boolean =>
  excuses.some((one) => one.kind !== "person" && one.from <= at && (one.to === null || at < one.to));

function addFuture(buckets: Buckets, plan: Plan, excuses: readonly Excuse[]): void {
  const { facts, future } = plan;
  const version = facts.history.versions.at(-1);
  if (!future || !version || facts.history.archivedAt != null) return;
  const spans = excuses.filter((one) => one.kind !== "person");
  // An acceleration ends in time to come: up to there windows are of two versions, and are laid one by one.
  const settled = latest(future.from, instant(Math.ceil(version.effectiveFrom / HOUR) * HOUR));
  if (settled > future.from) {
    for (const { expectedAt } of expectedWindows(facts.history, span(future.from, earliest(settled, future.to))))
      buckets.add(expectedAt, excused(spans, expectedAt) ? "excused" : "upcoming", 1);
    if (settled >= future.to) return;
  }
  for (const [at, count] of expectedByHour(version, span(settled, future.to))) {
    const end = at + HOUR;
    const met = spans.filter((one) => one.from < end && (one.to === null || one.to > at));
    if (met.length === 0) buckets.add(at, "upcoming", count);
    else if (met.some((one) => one.from <= at && (one.to === null || one.to >= end))) buckets.add(at, "excused", count);
    else {
      for (const window of firstWindows(facts.history, span(at, instant(end)), count)) {
        buckets.add(window.expectedAt, excused(met, window.expectedAt) ? "excused" : "upcoming", 1);
      }
    }
  }
}

/** The stretches of all lanes in rounds: in each, one of every lane that has so many. */
function* rounds(plans: readonly Plan[]): Generator<ReadonlyMap<string, Span>> {
  for (let round = 0; ; round++) {
    const stretches = new Map<string, Span>();
    for (const { facts, stretches: own } of plans) {
      const stretch = own[round];
      if (stretch) stretches.set(facts.id, stretch);
    }
    if (stretches.size === 0) return;
    yield stretches;
  }
}

/** How many windows of which verdict each lane has in each bucket. */
export async function laneCounts(
  sql: Sql,
  lanes: readonly Facts[],
  asked: CountsAsked,
): Promise<Map<string, LaneCounts>> {
  const { now, bucket } = asked;
  const plans = await planned(sql, lanes, asked);
  const into = new Map(lanes.map(({ id }) => [id, new Buckets(bucket)]));
  await addSealed(sql, plans, { bucket, into });
  for (const stretches of rounds(plans)) {
    const [from, to] = [new Map<string, Instant>(), new Map<string, Instant>()];
    for (const [id, stretch] of stretches) {
      from.set(id, stretch.from);
      to.set(id, stretch.to);
    }
    const subjects = await loadSubjects(sql, [...stretches.keys()], { now, from, to, onBroken: () => {} });
    for (const [id, stretch] of stretches) {
      const subject = subjects.get(id);
      if (subject) into.get(id)?.addWindows(judgedIn(subject, now, stretch).windows);
    }
  }
  for (const plan of plans) {
    const buckets = into.get(plan.facts.id);
    if (buckets && plan.future) addFuture(buckets, plan, excusesOf(plan.facts, asked.maintenance));
  }
  const rejected = await listRejected(sql, { scheduleIds: [...into.keys()], within: asked.within });
  for (const { scheduleId, expectedAt } of rejected) into.get(scheduleId)?.addRejected(expectedAt);
  return new Map(
    plans.map((plan) => [plan.facts.id, { buckets: into.get(plan.facts.id)?.list() ?? [], cut: plan.cut }]),
  );
}
