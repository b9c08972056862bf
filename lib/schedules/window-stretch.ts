/** Remembers the windows around the moment last asked for, as the check-ins of a schedule come close together. */
import type { Instant } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import type { ExpectedWindow, Version } from "./spec.ts";

interface Bounds {
  readonly createdAt: Instant;
  readonly versions: readonly Version[];
  readonly archivedAt?: Instant | null;
}

/** How expected times and windows are found where none are remembered. */
export interface Search<H extends Bounds> {
  readonly next: (history: H, after: Instant) => Instant | null;
  readonly previous: (history: H, before: Instant) => Instant | null;
  readonly all: (history: H, span: Span) => ExpectedWindow[];
}

interface Stretch {
  readonly createdAt: Instant;
  readonly archivedAt: Instant | null;
  /** Ascending, none missing between the first and the last. */
  windows: readonly ExpectedWindow[];
  /** Of a moment in [from, to] the neighbours before and after are in `windows`, or do not exist. */
  from: number;
  to: number;
  /** How many gaps the next search reaches ahead; grows with every miss. */
  reach: number;
}

const LONGEST_REACH = 256;
const memory = new WeakMap<readonly Version[], Stretch>();

/** Up to where a stretch reaches that begins at `next`; at least to the one that follows. */
function endOf<H extends Bounds>(
  history: H,
  reach: number,
  times: { previous: number | null; next: number; following: number },
) {
  const { previous, next, following } = times;
  // The smaller of the two gaps, and one version alone: else a yearly schedule would expand years of a busy one.
  const gap = Math.min(following - next, previous === null ? Number.POSITIVE_INFINITY : next - previous);
  let end = next + gap * reach;
  for (const { effectiveFrom } of history.versions)
    if (effectiveFrom > next && effectiveFrom < end) end = effectiveFrom;
  return Math.max(end, following + 1);
}

function fill<H extends Bounds>(history: H, at: Instant, search: Search<H>, into: Stretch): void {
  const previous = search.previous(history, at);
  const next = search.next(history, (at - 1) as Instant);
  const following = next === null ? null : search.next(history, next);
  const from = previous ?? next ?? at;
  const to =
    next === null || following === null
      ? Math.max(previous ?? at, next ?? at) + 1
      : endOf(history, into.reach, { previous, next, following });
  into.windows = search.all(history, { from, to: to as Instant });
  const last = into.windows[into.windows.length - 1];
  into.from = previous === null ? Number.NEGATIVE_INFINITY : previous + 1;
  into.to = following === null || !last ? Number.POSITIVE_INFINITY : last.expectedAt - 1;
  into.reach = Math.min(into.reach * 4, LONGEST_REACH);
}

/** The windows around a moment, remembered per array of versions: its neighbours before and after are among them. */
export function windowsAround<H extends Bounds>(history: H, at: Instant, search: Search<H>): readonly ExpectedWindow[] {
  const archivedAt = history.archivedAt ?? null;
  let stretch = memory.get(history.versions);
  if (!stretch || stretch.createdAt !== history.createdAt || stretch.archivedAt !== archivedAt) {
    stretch = { createdAt: history.createdAt, archivedAt, windows: [], from: 1, to: 0, reach: 1 };
    memory.set(history.versions, stretch);
  }
  if (at < stretch.from || at > stretch.to) fill(history, at, search, stretch);
  return stretch.windows;
}

/** The index of the first window that is expected after `at`. */
function firstAfter(windows: readonly ExpectedWindow[], at: number): number {
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((windows[middle]?.expectedAt ?? 0) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first of them that is expected after `at`. */
export const nextAmong = (windows: readonly ExpectedWindow[], at: Instant): ExpectedWindow | null =>
  windows[firstAfter(windows, at)] ?? null;

/** The last of them that is expected before `at`. */
export const lastAmong = (windows: readonly ExpectedWindow[], at: Instant): ExpectedWindow | null =>
  windows[firstAfter(windows, at - 1) - 1] ?? null;
