import type { Run } from "#lib/evidence/run.ts";
import type { Excuse } from "#lib/schedules/excuse.ts";
import type { Version } from "#lib/schedules/spec.ts";
import { type History, versionAt } from "#lib/schedules/windows.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import { takesUpATenth } from "./blind.ts";
import type { Judged, JudgeInput } from "./judge-input.ts";
import { judgeWindow, type Question } from "./judge-window.ts";
import { windowNamed } from "./placement.ts";
import type { JudgedWindow, UnscheduledRun } from "./verdict.ts";

const everyOf = (version: Version): number => (version.spec.kind === "rolling" ? version.spec.everySeconds * 1_000 : 0);

/** Something that moves an open rolling window to its own end plus `every`. */
interface Mover {
  readonly from: number;
  readonly to: number;
  readonly kind: "excuse" | "edit" | "blind";
}

function movers(history: History, excuses: readonly Excuse[], now: Instant): Mover[] {
  const found: Mover[] = [];
  for (const excuse of excuses) {
    if (excuse.kind === "person") continue;
    // One without an end reaches, so far, to the present.
    found.push({ from: excuse.from, to: excuse.to ?? Math.max(now, excuse.from), kind: "excuse" });
  }
  let before: Version | null = null;
  for (const version of history.versions) {
    const moved = before !== null && JSON.stringify(before.spec) !== JSON.stringify(version.spec);
    if (moved) found.push({ from: version.effectiveFrom, to: version.effectiveFrom, kind: "edit" });
    before = version;
  }
  return found;
}

interface Open {
  readonly expectedAt: number;
  readonly dueBy: number;
  readonly version: Version;
}

/** Where an open window stands under one version; `null` when the version in force then is not rolling. */
function standing(history: History, expectedAt: number): Open | null {
  const version = versionAt(history, instant(expectedAt)) ?? history.versions[0];
  if (version?.spec.kind !== "rolling") return null;
  return { expectedAt, dueBy: expectedAt + version.graceSeconds * 1_000, version };
}

/**
 * The rolling window that opened at that moment: `opensAt` plus `every`, moved by what comes before `dueBy`. A pause, a
 * maintenance or a change of the spec moves it to its own end plus `every`; so does, once until a run comes, a blind
 * span that takes up a tenth or more of [`opensAt`, `dueBy`]; nothing moves a window that is already missing
 * (domain.md, Expected window).
 * A window that a start closes while it is being moved is expected before that start plus `every`: the next one takes
 * over from there, and two windows must not be expected at one moment.
 * @param closedAt the start that closed it, or `now`: nothing later moves it
 */
function place(
  history: History,
  opensAt: Instant,
  by: {
    readonly moves: readonly Mover[];
    readonly blindSpans: readonly Span[];
    readonly closedAt: number;
    readonly closed: boolean;
  },
): Open | null {
  const opening = versionAt(history, opensAt) ?? history.versions[0];
  if (!opening) return null;
  let open = standing(history, opensAt + everyOf(opening));
  const rest = by.moves.filter((move) => move.to > opensAt || (move.kind === "edit" && move.from > opensAt));
  let blindLeft = true;
  for (;;) {
    if (!open) return null;
    const { dueBy }: Open = open;
    const candidates: Mover[] = rest.filter(
      (move) => move.from <= dueBy && move.from <= by.closedAt - (by.closed ? 1 : 0),
    );
    if (blindLeft) {
      for (const blind of by.blindSpans) {
        // Until a run comes: one that came within the span shows that Rollcall was not blind any more.
        const before = by.closed ? blind.to <= by.closedAt : blind.from <= by.closedAt;
        const counts = before && takesUpATenth(blind, opensAt, instant(dueBy));
        if (counts) candidates.push({ from: blind.from, to: blind.to, kind: "blind" });
      }
    }
    const next = candidates.sort((a, b) => a.from - b.from || a.to - b.to)[0];
    if (!next) return open;
    if (next.kind === "blind") blindLeft = false;
    else rest.splice(rest.indexOf(next), 1);
    const end = by.closed ? Math.min(next.to, by.closedAt - 1) : next.to;
    const version = versionAt(history, instant(end)) ?? opening;
    if (version.spec.kind !== "rolling") return null;
    const moved = standing(history, end + everyOf(version));
    if (moved && moved.expectedAt <= open.expectedAt && next.kind !== "edit") continue;
    open = moved;
  }
}

interface Around {
  readonly question: Question;
  readonly judgeFixed: (input: JudgeInput, stretch: Span, question: Question) => Judged;
  /** In the order of `compareRuns`. */
  readonly runs: readonly Run[];
}

/** The stretches of a history under one kind of spec: rolling or not. */
function stretches(
  history: History,
  from: Instant,
): { readonly rolling: boolean; readonly from: number; to: number }[] {
  const found: { readonly rolling: boolean; readonly from: number; to: number }[] = [];
  for (const version of history.versions) {
    const rolling = version.spec.kind === "rolling";
    const last = found[found.length - 1];
    if (last?.rolling === rolling) continue;
    if (last) last.to = version.effectiveFrom;
    found.push({ rolling, from: Math.max(version.effectiveFrom, history.createdAt), to: Number.POSITIVE_INFINITY });
  }
  return found.filter((stretch) => stretch.to > from);
}

/** The same a millisecond later, as often as another window is expected just then: a window is known by that moment. */
function beside(open: Open, taken: Set<number>): Open {
  let later = 0;
  while (taken.has(open.expectedAt + later)) later++;
  taken.add(open.expectedAt + later);
  return later === 0 ? open : { ...open, expectedAt: open.expectedAt + later, dueBy: open.dueBy + later };
}

/** When the windows are expected that starts up to the anchor closed, as far back as runs are known. */
function takenBefore(
  history: History,
  runs: readonly Run[],
  by: {
    readonly moves: readonly Mover[];
    readonly blindSpans: readonly Span[];
    readonly began: number;
    readonly anchor: Instant | null;
    readonly runsFrom: number;
  },
): Set<number> {
  const taken = new Set<number>();
  if (by.anchor === null) return taken;
  let opensAt = by.runsFrom <= by.began ? instant(by.began) : null;
  for (const { startedAt } of runs) {
    if (startedAt < by.began || startedAt === opensAt) continue;
    if (startedAt > by.anchor) break;
    const open = opensAt === null ? null : place(history, opensAt, { ...by, closedAt: startedAt, closed: true });
    if (open) beside(open, taken);
    opensAt = startedAt;
  }
  return taken;
}

/** Judges one rolling stretch: a window for every start, and the open one. */
function judgeStretch(
  input: JudgeInput,
  stretch: { readonly from: number; readonly to: number },
  around: Around,
): JudgedWindow[] {
  const { history, now } = input;
  const { question } = around;
  const moves = movers(history, question.excuses, now);
  const judged: JudgedWindow[] = [];
  const began = Math.max(stretch.from, history.createdAt);
  // The run whose start opened the first window closed the one before it, and is not judged again.
  const anchor = input.rollingOpenedAt ?? null;
  // A shorter `every` may put a window where one that was closed early is expected already: the later one yields.
  const known = { moves, began, anchor, runsFrom: input.runsFrom ?? began, blindSpans: question.blindSpans };
  const edited = moves.some((move) => move.kind === "edit");
  const taken = edited ? takenBefore(history, around.runs, known) : new Set<number>();
  let opensAt = instant(Math.max(began, anchor ?? began));
  const add = (runs: readonly Run[], closedAt: number): void => {
    const closed = runs.length > 0;
    // A start at the very moment of creation, as of the check-in that made the schedule, closes the first window; the
    // next one opens with it, and must not be expected when that was.
    if (closed && closedAt === opensAt) opensAt = instant(opensAt - 1);
    const placed = place(history, opensAt, { moves, blindSpans: question.blindSpans, closedAt, closed });
    const open = placed && beside(placed, taken);
    if (!open || open.expectedAt >= stretch.to) return;
    if (history.archivedAt != null && open.expectedAt >= history.archivedAt) return;
    const inside = (at: number): boolean => at > opensAt && at <= closedAt;
    const laid = {
      expectedAt: instant(open.expectedAt),
      opensAt,
      dueBy: instant(open.dueBy),
      early: -1,
      version: open.version,
      runs,
      mayHang: [],
      attempts: (input.attempts ?? []).filter((attempt) => inside(attempt.at)),
      decisions: (input.decisions ?? []).filter((decision) => decision.via === "scheduler" && inside(decision.at)),
      excusing: null,
      neverBlind: true,
    };
    // A pause moved the window instead of excusing it; only a person's excuse is left.
    const excuses = question.excuses.filter((excuse) => excuse.kind === "person");
    judged.push(judgeWindow(laid, { ...question, excuses }));
  };
  // Runs of one start close one window: what a window owns includes the start that closes it.
  let together: Run[] = [];
  const close = (): void => {
    const [first] = together;
    if (!first) return;
    add(together, first.startedAt);
    opensAt = first.startedAt;
    together = [];
  };
  for (const run of around.runs) {
    if (anchor === null ? run.startedAt < began : run.startedAt <= anchor || run.startedAt < began) continue;
    if (run.startedAt >= stretch.to) break;
    if (together[0] && together[0].startedAt !== run.startedAt) close();
    together.push(run);
  }
  close();
  add([], Math.min(now, stretch.to));
  return judged;
}

/** Judges a history in which some version is rolling; the stretches between are judged as fixed ones. */
export function judgeRolling(input: JudgeInput, whole: Span, around: Around): Judged {
  const windows: JudgedWindow[] = [];
  const unscheduled: UnscheduledRun[] = [];
  let excusing = input.excusing ?? null;
  const named = new Set<Run>();
  for (const stretch of stretches(input.history, whole.from)) {
    if (stretch.rolling) {
      const runs = named.size === 0 ? around.runs : around.runs.filter((run) => !named.has(run));
      windows.push(...judgeStretch(input, stretch, { ...around, runs }));
      continue;
    }
    const from = Math.max(stretch.from, whole.from);
    const to = Math.min(stretch.to, whole.to);
    if (from >= to) continue;
    // What starts under a later version belongs to its windows, unless it names one of these.
    const own = (run: Run): boolean => run.startedAt < stretch.to;
    const inside = (run: Run): boolean => {
      const window = run.namedWindow === null ? null : windowNamed(input.history, run.namedWindow, run.startedAt);
      return window !== null && window.expectedAt >= from && window.expectedAt < to;
    };
    const runs = around.runs.filter((run) => run.startedAt >= stretch.from && (own(run) || inside(run)));
    const fixed = around.judgeFixed({ ...input, runs, excusing }, span(instant(from), instant(to)), around.question);
    windows.push(...fixed.windows);
    unscheduled.push(...fixed.unscheduled.filter(({ run }) => own(run)));
    for (const window of fixed.windows) for (const run of window.runs) if (!own(run)) named.add(run);
    excusing = fixed.excusing;
  }
  return { windows, unscheduled, excusing };
}
