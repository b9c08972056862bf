/** The windows of one schedule, oldest first, with their runs. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import type { Sql } from "#lib/db/sql.ts";
import { noSchedule } from "#lib/engine/known-schedule.ts";
import { isRolling, loadSubjects, type Subject } from "#lib/engine/subjects.ts";
import type { StoredRun } from "#lib/evidence/store.ts";
import { incidentsOfWindows } from "#lib/incidents/row-store.ts";
import { isName } from "#lib/input/identifiers.ts";
import { cursorKey, KEY, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { invalid, ok, type Result, refuse } from "#lib/problem.ts";
import { firstWindows } from "#lib/schedules/first-windows.ts";
import { scheduleBySlug } from "#lib/schedules/store.ts";
import { type History, maximumRuntime, nextWindow, shortestMaximumRuntime } from "#lib/schedules/windows.ts";
import { DAY, HOUR, type Instant, instant, latest, millis, minus, plus } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import type { JudgedWindow } from "#lib/verdicts/verdict.ts";
import { judgedIn } from "./judged.ts";
import { placesIn } from "./place.ts";
import { runShape, type WindowShape, windowShape } from "./shapes.ts";

const WEEK = (7 * DAY) as typeof DAY;

/** A schedule with its evidence from a moment on. */
export async function subjectOf(
  sql: Sql,
  slug: string,
  asked: { readonly now: Instant; readonly from: Instant },
): Promise<Result<Subject>> {
  const row = isName(slug) ? await scheduleBySlug(sql, slug) : null;
  const subject = row ? (await loadSubjects(sql, [row.id], asked)).get(row.id) : undefined;
  return subject ? ok(subject) : refuse(noSchedule(slug));
}

/** Windows of one schedule as they leave Rollcall. */
export const windowShapes = async (
  sql: Sql,
  subject: Subject,
  { windows, now }: { readonly windows: readonly JudgedWindow[]; readonly now: Instant },
): Promise<WindowShape[]> => (await windowShapesOf(sql, [{ subject, windows }], now)).get(subject.facts.id) ?? [];

/** The same for several schedules at once, by id. */
export async function windowShapesOf(
  sql: Sql,
  judged: readonly { readonly subject: Subject; readonly windows: readonly JudgedWindow[] }[],
  now: Instant,
): Promise<Map<string, WindowShape[]>> {
  const moments = judged
    .flatMap(({ windows }) => [windows[0], windows[windows.length - 1]])
    .flatMap((one) => one ?? []);
  const [first, last] = [
    Math.min(...moments.map(({ expectedAt }) => expectedAt)),
    Math.max(...moments.map(({ expectedAt }) => expectedAt)),
  ];
  const ids = judged.map(({ subject }) => subject.facts.id);
  const incidents =
    moments.length === 0 ? null : await incidentsOfWindows(sql, ids, span(instant(first), instant(last + 1)));
  return new Map(
    judged.map(({ subject, windows }) => [
      subject.facts.id,
      shapesOf(subject, { windows, incidents: incidents?.get(subject.facts.id) ?? new Map(), now }),
    ]),
  );
}

function shapesOf(
  subject: Subject,
  {
    windows,
    incidents,
    now,
  }: {
    readonly windows: readonly JudgedWindow[];
    readonly incidents: ReadonlyMap<number, string>;
    readonly now: Instant;
  },
): WindowShape[] {
  // What the store read are stored runs; judging hands them on as they are.
  const runsOf = (window: JudgedWindow) => window.runs as readonly StoredRun[];
  const places = placesIn({ windows, unscheduled: [], excusing: null }, windows.flatMap(runsOf));
  const { history, slug } = subject.facts;
  return windows.map((window) => {
    const runs = runsOf(window).flatMap((run) => {
      const place = places.get(run.id);
      return place ? [runShape(run, { ...place, schedule: slug })] : [];
    });
    const incidentId = incidents.get(window.expectedAt) ?? null;
    return windowShape(window, { runs, incidentId, limitAt: limitAt(history, window, now) });
  });
}

/** When a run of it that hangs, or took too long, passed its maximum run time; `null`: none did. */
function limitAt(history: History, window: JudgedWindow, now: Instant): Instant | null {
  if (window.verdict === "overrun") return window.since;
  const last = window.runs[window.runs.length - 1];
  if (!last) return null;
  const spent = (last.finishedAt ?? now) - last.startedAt;
  if (spent <= shortestMaximumRuntime(history)) return null;
  const limit = maximumRuntime(history, last.startedAt);
  return spent > limit ? plus(last.startedAt, limit) : null;
}

export const badSpan = (): Result<never> =>
  refuse(
    invalid({ message: "The span ends before it begins.", errors: [{ path: "to", message: "must lie after from" }] }),
  );

/** A year and a month: nothing that is expected is further apart from its neighbour by much. */
const FURTHEST = 400 * DAY;

/** From when on the last so many windows before a moment lie: looked for in spans that double. */
function beginOfLast({ facts }: Subject, last: number, to: Instant): Instant {
  const { history } = facts;
  const spec = history.versions.at(-1)?.spec;
  if (spec?.kind === "rolling") return minus(to, millis((last + 1) * spec.everySeconds * 1_000));
  for (let length: number = HOUR; length < FURTHEST; length *= 2) {
    const from = minus(to, millis(length));
    const found = firstWindows(history, span(from, to), 10_000);
    const first = found[Math.max(0, found.length - last)];
    if (first && (found.length >= last || from <= history.createdAt)) return first.expectedAt;
  }
  return minus(to, millis(FURTHEST));
}

/** The last so many windows of a schedule that are expected before a moment, oldest first. */
export async function viewLastWindows(
  ctx: Context,
  { slug, last, to }: { readonly slug: string; readonly last: number; readonly to: Instant },
): Promise<Result<Listed<WindowShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const { now } = ctx;
  const known = await subjectOf(sql, slug, { now, from: to });
  if (!known.ok) return known;
  const from = beginOfLast(known.value, last, to);
  if (from >= to) return ok({ items: [], nextCursor: null });
  const read = await subjectOf(sql, slug, { now, from });
  if (!read.ok) return read;
  const { windows } = judgedIn(read.value, now, span(from, to));
  return ok({ items: await windowShapes(sql, read.value, { windows: windows.slice(-last), now }), nextCursor: null });
}

export async function viewWindows(
  ctx: Context,
  asked: {
    readonly slug: string;
    /** Default: a week before now. */
    readonly from: Instant | null;
    /** Default: with the first window after now. */
    readonly to: Instant | null;
    readonly page: Page;
  },
): Promise<Result<Listed<WindowShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(asked.page.cursor, [KEY.moment]);
  if (!cursor.ok) return cursor;
  const sql = sqlIn(ctx);
  const { now } = ctx;
  const begin = asked.from ?? minus(asked.to ?? now, WEEK);
  const after = cursor.value?.[0];
  const from = after === undefined ? begin : latest(begin, plus(after, millis(1)));
  const read = await subjectOf(sql, asked.slug, { now, from });
  if (!read.ok) return read;
  const subject = read.value;
  const { history } = subject.facts;
  const to = asked.to ?? instant((nextWindow(history, now)?.expectedAt ?? now) + 1);
  if (asked.to !== null && asked.from !== null && asked.to < asked.from) return badSpan();
  if (from >= to) return ok({ items: [], nextCursor: null });
  let end = to;
  if (!isRolling(subject.facts)) {
    const last = firstWindows(history, span(from, to), asked.page.limit + 1).at(-1);
    if (!last) return ok({ items: [], nextCursor: null });
    end = instant(last.expectedAt + 1);
  }
  const { windows } = judgedIn(subject, now, span(from, end));
  const some = windows.slice(0, asked.page.limit + 1);
  const page = toPage(some, asked.page, { key: (window) => [window.expectedAt], item: (window) => window });
  return ok({ items: await windowShapes(sql, subject, { windows: page.items, now }), nextCursor: page.nextCursor });
}
