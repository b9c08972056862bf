/** Expected windows counted off, so that a question about a long time costs no more than its answer holds. */
import { DAY, type Instant, instant } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import type { ExpectedWindow } from "./spec.ts";
import { expectedWindows, type History, nextWindow } from "./windows.ts";

/** The first windows expected in a span, at most so many. */
export function firstWindows(history: History, within: Span, most: number): ExpectedWindow[] {
  const found: ExpectedWindow[] = [];
  let from: Instant = within.from;
  let length: number = DAY;
  while (from < within.to && found.length < most) {
    const next = nextWindow(history, instant(from - 1));
    if (!next || next.expectedAt >= within.to) break;
    const to = instant(Math.min(next.expectedAt + length, within.to));
    const windows = expectedWindows(history, span(next.expectedAt, to));
    // A thin schedule is looked through in longer pieces, a dense one in shorter ones.
    if (windows.length < 100) length *= 4;
    else if (windows.length > 10_000 && length > 60_000) length /= 4;
    for (const window of windows) if (found.length < most) found.push(window);
    from = to;
  }
  return found;
}
