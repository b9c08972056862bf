/** Expected windows: domain.md, Expected window; and the maximum run time of Run and check-in. */
import { DAY, type Instant, MINUTE, type Millis } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import { nextOccurrence, occurrences, previousOccurrence } from "./expand.ts";
import type { ExpectedWindow, Version } from "./spec.ts";
import { lastAmong, nextAmong, windowsAround } from "./window-stretch.ts";

/** All that decides what was and will be expected of a schedule. */
export interface History {
  /** Expected times lie after it. */
  readonly createdAt: Instant;
  /** Ascending by `effectiveFrom`. */
  readonly versions: readonly Version[];
  /** From here on nothing is expected. */
  readonly archivedAt?: Instant | null;
}

const LONGEST_DEFAULT_EARLY = 5 * MINUTE;
const SHORTEST_DEFAULT_RUNTIME = 30 * MINUTE;

/** The version in force at a moment; `null` before the first. */
export function versionAt(history: History, at: Instant): Version | null {
  for (let i = history.versions.length - 1; i >= 0; i--) {
    const version = history.versions[i];
    if (version && version.effectiveFrom <= at) return version;
  }
  return null;
}

/** When windows of the i-th version may be expected: half-open, empty where another follows at once. */
function reignOf(history: History, index: number): Span | null {
  const version = history.versions[index];
  if (!version || version.spec.kind === "rolling") return null;
  const from = Math.max(version.effectiveFrom, history.createdAt + 1);
  const next = history.versions[index + 1]?.effectiveFrom ?? Number.POSITIVE_INFINITY;
  const to = Math.min(next, history.archivedAt ?? Number.POSITIVE_INFINITY);
  return from < to ? { from: from as Instant, to: to as Instant } : null;
}

/** The early tolerance, given the gap to the previous occurrence of the version's own spec (`null`: none). */
function earlyOf(version: Version, gap: number | null): number {
  const wanted = version.earlySeconds === null ? null : version.earlySeconds * 1_000;
  if (gap === null) return wanted ?? LONGEST_DEFAULT_EARLY;
  return Math.min(wanted ?? Math.min(LONGEST_DEFAULT_EARLY, Math.floor(gap / 10)), Math.floor(gap / 2));
}

/** `own`: the occurrence of its spec before it; `before`: the window before it, of whatever version. */
function windowAt(
  version: Version,
  at: number,
  { own, before }: { readonly own: number | null; readonly before: number | null },
): ExpectedWindow {
  const early = earlyOf(version, own === null ? null : at - own);
  let opensAt = at - early;
  if (before !== null) {
    const middle = Math.ceil((before + at) / 2);
    if (opensAt < middle) opensAt = middle;
  }
  return {
    expectedAt: at as Instant,
    opensAt: opensAt as Instant,
    dueBy: (at + version.graceSeconds * 1_000) as Instant,
    early,
    version,
  };
}

/** The windows of all times but the first: the occurrence before each is the window before it. */
function appendWindows(version: Version, times: readonly Instant[], windows: ExpectedWindow[]): void {
  const grace = version.graceSeconds * 1_000;
  let before: number = times[0] ?? 0;
  for (let i = 1; i < times.length; i++) {
    const at: number = times[i] ?? 0;
    // Never more than half the gap, so the middle rule has nothing left to shorten.
    const early = earlyOf(version, at - before);
    windows.push({
      expectedAt: at as Instant,
      opensAt: (at - early) as Instant,
      dueBy: (at + grace) as Instant,
      early,
      version,
    });
    before = at;
  }
}

/** The specs whose times a version expects: of a stand-in the original's too, which comes first where both fall together. */
export const expecting = (version: Version): readonly Version[] =>
  version.acceleration?.standIn ? [version.acceleration.original, version] : [version];

/** The windows of a stand-in: the original's own stay expected; on one instant they are one, the original's. */
function besideEachOther(version: Version, span: Span, previous: (first: Instant) => number | null): ExpectedWindow[] {
  const of = new Map<Instant, Version>();
  const last = new Map<Version, Instant | null>();
  for (const one of expecting(version)) {
    for (const at of occurrences(one.spec, one.timezone, span)) if (!of.has(at)) of.set(at, one);
  }
  const windows: ExpectedWindow[] = [];
  let before: number | null = null;
  for (const [at, its] of [...of].sort(([a], [b]) => a - b)) {
    if (windows.length === 0) before = previous(at);
    const own = last.get(its) ?? previousOccurrence(its.spec, its.timezone, at);
    windows.push(windowAt(its, at, { own, before }));
    last.set(its, at);
    before = at;
  }
  return windows;
}

/** The windows whose expected time lies in the span, ascending; rolling versions have none here. */
export function expectedWindows(history: History, span: Span): ExpectedWindow[] {
  const windows: ExpectedWindow[] = [];
  let before: number | null | undefined;
  for (let index = 0; index < history.versions.length; index++) {
    const version = history.versions[index];
    const reign = reignOf(history, index);
    if (!version || !reign) continue;
    const from = Math.max(reign.from, span.from) as Instant;
    const to = Math.min(reign.to, span.to) as Instant;
    if (from >= to) continue;
    if (version.acceleration?.standIn) {
      const both = besideEachOther(version, { from, to }, (first) =>
        before === undefined ? previousExpected(history, first) : before,
      );
      windows.push(...both);
      before = both.at(-1)?.expectedAt ?? before;
      continue;
    }
    const times = occurrences(version.spec, version.timezone, { from, to });
    const first = times[0];
    if (first === undefined) continue;
    const own = previousOccurrence(version.spec, version.timezone, first);
    if (before === undefined) before = previousExpected(history, first);
    windows.push(windowAt(version, first, { own, before }));
    appendWindows(version, times, windows);
    before = times[times.length - 1] ?? first;
  }
  return windows;
}

/** The expected time of the last window before a moment. */
function previousExpected(history: History, before: Instant): Instant | null {
  for (let index = history.versions.length - 1; index >= 0; index--) {
    const version = history.versions[index];
    const reign = reignOf(history, index);
    if (!version || !reign || reign.from >= before) continue;
    const end = Math.min(before, reign.to) as Instant;
    const times = expecting(version).map(({ spec, timezone }) => previousOccurrence(spec, timezone, end) ?? 0);
    const at = Math.max(...times) as Instant;
    if (at >= reign.from) return at;
  }
  return null;
}

/** The expected time of the first window after a moment. */
function nextExpected(history: History, after: Instant): Instant | null {
  for (let index = 0; index < history.versions.length; index++) {
    const version = history.versions[index];
    const reign = reignOf(history, index);
    if (!version || !reign || reign.to <= after) continue;
    const from = Math.max(after, reign.from - 1) as Instant;
    let at: number = reign.to;
    for (const { spec, timezone } of expecting(version)) at = Math.min(at, nextOccurrence(spec, timezone, from) ?? at);
    if (at < reign.to) return at as Instant;
  }
  return null;
}

const search = { next: nextExpected, previous: previousExpected, all: expectedWindows };

/** The window with the smallest expected time after a moment; `null` where nothing is expected any more. */
export function nextWindow(history: History, after: Instant): ExpectedWindow | null {
  return nextAmong(windowsAround(history, after, search), after);
}

/** The window with the greatest expected time before a moment; `null` where nothing was expected yet. */
export function previousWindow(history: History, before: Instant): ExpectedWindow | null {
  return lastAmong(windowsAround(history, before, search), before);
}

/** The window that owns a moment: from its `opensAt` up to, not including, the next window's; `null` before the first. */
export function windowOwning(history: History, at: Instant): ExpectedWindow | null {
  const around = windowsAround(history, at, search);
  const next = nextAmong(around, at);
  if (next !== null && next.opensAt <= at) return next;
  return lastAmong(around, (at + 1) as Instant);
}

/**
 * The maximum run time of a run that starts at a moment: as set by the version in force then, else the time to the
 * next occurrence, at least 30 min and at most 24 h (rolling and at: 24 h). domain.md, Run and check-in.
 */
export function maximumRuntime(history: History, startedAt: Instant): Millis {
  const version = versionAt(history, startedAt) ?? history.versions[0];
  if (!version) return DAY;
  if (version.maxRuntimeSeconds !== null) return (version.maxRuntimeSeconds * 1_000) as Millis;
  if (version.spec.kind === "rolling" || version.spec.kind === "at") return DAY;
  // A job is not faster because it runs more often: while it is accelerated its original's limit holds.
  if (version.acceleration) return untilNext(version.acceleration.original, startedAt);
  const owner = windowOwning(history, startedAt);
  const from = owner?.version === version ? owner.expectedAt : startedAt;
  // A remembered window where there is one: of the version in force, the next one expected is its next occurrence.
  const following = nextWindow(history, from);
  const next =
    following?.version === version ? following.expectedAt : nextOccurrence(version.spec, version.timezone, from);
  return next === null ? DAY : defaultRuntime(next - from);
}

const defaultRuntime = (gap: number): Millis => Math.min(Math.max(gap, SHORTEST_DEFAULT_RUNTIME), DAY) as Millis;

/** The default maximum run time of a version that is not in force: to its next occurrence. */
function untilNext({ spec, timezone }: Version, from: Instant): Millis {
  if (spec.kind === "rolling" || spec.kind === "at") return DAY;
  const next = nextOccurrence(spec, timezone, from);
  return next === null ? DAY : defaultRuntime(next - from);
}

/** A bound: no run of the schedule has a shorter maximum run time, whenever it starts. */
export function shortestMaximumRuntime(history: History): Millis {
  let shortest: number = DAY;
  for (const { maxRuntimeSeconds } of history.versions) {
    shortest = Math.min(shortest, maxRuntimeSeconds === null ? SHORTEST_DEFAULT_RUNTIME : maxRuntimeSeconds * 1_000);
  }
  return shortest as Millis;
}
