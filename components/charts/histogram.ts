export interface Bar {
  /** Seconds after the expected time. */
  readonly from: number;
  readonly count: number;
  /** It begins at or after the grace. */
  readonly late: boolean;
}

/**
 * Lateness by equal bars from zero on. What came early stands in the first, what came much later in the last; the grace
 * lies on an edge of a bar, so that no bar is half late.
 * @param seconds ascending
 */
export function histogram(
  seconds: readonly number[],
  { graceSeconds, bars }: { readonly graceSeconds: number; readonly bars: number },
): { readonly bars: readonly Bar[]; readonly to: number; readonly median: number } {
  const latest = Math.max(seconds.at(-1) ?? 0, 1);
  const within =
    graceSeconds === 0
      ? 0
      : Math.max(1, Math.min(bars - 3, Math.floor((graceSeconds / Math.max(latest, graceSeconds * 1.15)) * bars)));
  const width = within === 0 ? latest / bars : graceSeconds / within;
  const counts = new Array<number>(bars).fill(0);
  for (const one of seconds) {
    // On the edge is in time: a window's `dueBy` belongs to it.
    const bar = Math.min(bars - 1, Math.max(0, Math.ceil(one / width) - 1));
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  return {
    bars: counts.map((count, i) => ({ from: i * width, count, late: i >= within })),
    to: bars * width,
    median: seconds[Math.max(0, Math.ceil(seconds.length / 2) - 1)] ?? 0,
  };
}
