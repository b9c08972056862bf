const DAY = 86_400_000;
/** Windows that are judged for one stroke of a key, at most: a week of every five minutes. */
const MOST = 2_016;
const ENOUGH = 40;

/**
 * How far back a backtest is asked for while one types, in ms: a week, further where it holds less than forty windows,
 * less where it holds too many.
 * @param gap between the windows of what is typed, in ms; `null` where it has none
 * @param presentGap between those of what is stored
 */
export function backtestStretch(gap: number | null, presentGap: number): number {
  const widest = Math.max(gap ?? presentGap, presentGap);
  const narrowest = Math.min(gap ?? presentGap, presentGap);
  const wanted = Math.min(Math.max(7 * DAY, ENOUGH * widest), 90 * DAY);
  return Math.min(wanted, MOST * narrowest);
}
