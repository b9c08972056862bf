/** How a schedule has been doing: verdicts by span, and by day how long its runs took and how late they began. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import type { Sql } from "#lib/db/sql.ts";
import { isRolling, type Subject } from "#lib/engine/subjects.ts";
import { runLengths } from "#lib/evidence/length-store.ts";
import { ok, refuse } from "#lib/problem.ts";
import { nextWindow, previousWindow } from "#lib/schedules/windows.ts";
import { DAY, HOUR, type Instant, instant, latest, millis, minus, toRfc3339 } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import { type Counts, hourOf } from "#lib/verdicts/rollup.ts";
import { countedSince, rollupReach } from "#lib/verdicts/rollup-store.ts";
import type { JudgedWindow, Verdict } from "#lib/verdicts/verdict.ts";
import { judgedIn } from "./judged.ts";
import { type Quantiles, quantiles } from "./quantiles.ts";
import { subjectOf } from "./windows.ts";

const DAYS = 90;
/**
 * Windows that are judged for the lateness of their starts, the newest ones. Five minutes between two hold 69 days; what
 * is older is left out, and the answer says from when on it is told.
 */
const MOST_WINDOWS = 20_000;

const SPANS = { "24h": 1, "7d": 7, "30d": 30, "90d": DAYS } as const;

function add(all: readonly Counts[]): Counts {
  const sum: Partial<Record<Verdict, number>> = {};
  for (const counts of all) {
    for (const [verdict, count] of Object.entries(counts)) {
      sum[verdict as Verdict] = (sum[verdict as Verdict] ?? 0) + count;
    }
  }
  return sum;
}

function countsOf(windows: readonly JudgedWindow[]): Counts {
  const counts: Partial<Record<Verdict, number>> = {};
  for (const { verdict } of windows) if (verdict !== "upcoming") counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}

/** From roll-ups as far as they reach, the last hours judged. Spans begin on whole hours, in UTC. */
async function countsBySpan(sql: Sql, subject: Subject, now: Instant): Promise<Record<keyof typeof SPANS, Counts>> {
  const reach = latest((await rollupReach(sql)) ?? hourOf(now), instant(hourOf(now) - DAY));
  const judged = countsOf(
    judgedIn(subject, now, span(reach, instant(now + 1))).windows.filter(({ opensAt }) => opensAt <= now),
  );
  const of = async (days: number): Promise<Counts> => {
    const stored = await countedSince(sql, { scheduleId: subject.facts.id, from: hourOf(minus(now, millis(days * DAY))), to: reach }); // biome-ignore format: one thing
    return add([stored, judged]);
  };
  const [day, week, month, quarter] = [await of(1), await of(7), await of(30), await of(DAYS)];
  return { "24h": day, "7d": week, "30d": month, "90d": quarter };
}

/** The moment of the n-th window before now, or of the first there is; by the gap between the newest ones. */
function latenessFrom(subject: Subject, floor: Instant, now: Instant): Instant {
  if (isRolling(subject.facts)) return floor;
  const { history } = subject.facts;
  const next = nextWindow(history, now);
  const last = next && previousWindow(history, next.expectedAt);
  const gap = next && last ? next.expectedAt - last.expectedAt : DAY;
  return latest(floor, instant(now - Math.min(MOST_WINDOWS * gap, DAYS * DAY)));
}

const dayOf = (at: number): Instant => instant(Math.floor(at / DAY) * DAY);

/** Seconds from the expected time to the first start; negative where it came early. By day, in UTC. */
function latenessByDay(windows: readonly JudgedWindow[]): Map<Instant, number[]> {
  const days = new Map<Instant, number[]>();
  for (const { expectedAt, runs } of windows) {
    const [first] = runs;
    if (!first) continue;
    const day = dayOf(expectedAt);
    const seconds = (first.startedAt - expectedAt) / 1_000;
    const those = days.get(day);
    if (those) those.push(seconds);
    else days.set(day, [seconds]);
  }
  return days;
}

interface DayShape {
  readonly at: string;
  readonly runs: number;
  readonly durationSeconds: Quantiles | null;
  readonly latenessSeconds: Quantiles | null;
}

export async function viewStatistics(ctx: Context, { slug }: { readonly slug: string }) {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const { now } = ctx;
  const from = dayOf(minus(now, millis((DAYS - 1) * DAY)));
  const first = await subjectOf(sql, slug, { now, from: minus(now, millis(DAY + HOUR)) });
  if (!first.ok) return first;
  const counts = await countsBySpan(sql, first.value, now);
  const latenessSince = latenessFrom(first.value, from, now);
  const read = await subjectOf(sql, slug, { now, from: latenessSince });
  if (!read.ok) return read;
  const lateness = latenessByDay(judgedIn(read.value, now, span(latenessSince, instant(now + 1))).windows);
  const lengths = new Map((await runLengths(sql, read.value.facts.id, from)).map((row) => [row.day, row]));
  const days: DayShape[] = [];
  for (let at: number = from; at <= now; at += DAY) {
    const day = instant(at);
    const length = lengths.get(day);
    days.push({
      at: toRfc3339(day),
      runs: length?.runs ?? 0,
      durationSeconds: length && length.p50 !== null ? { p50: length.p50, p95: length.p95 ?? length.p50, max: length.max ?? length.p50 } : null, // biome-ignore format: one thing
      latenessSeconds: quantiles(lateness.get(day) ?? []),
    });
  }
  return ok({ from: toRfc3339(from), to: toRfc3339(now), latenessFrom: toRfc3339(latenessSince), counts, days });
}
