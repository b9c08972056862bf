import type { Excuse } from "#lib/schedules/excuse.ts";
import type { Instant } from "#lib/time/instant.ts";

interface Excusable {
  readonly expectedAt: Instant;
  readonly dueBy: Instant;
}

/**
 * When the excuse of a window ends: infinity while it has no end, or when a person excused it; `null` when nothing
 * excuses it. Excused is a window paused or in maintenance at `expectedAt`, or at any time from then to `dueBy` while
 * no run had come (domain.md, Verdict).
 * @param firstStart the start of its first run, if one came
 */
export function excusedUntil(
  window: Excusable,
  excuses: readonly Excuse[],
  at: { readonly firstStart: Instant | null; readonly now: Instant },
): number | null {
  let until: number | null = null;
  for (const excuse of excuses) {
    if (excuse.kind === "person") {
      if (excuse.window === window.expectedAt) return Number.POSITIVE_INFINITY;
      continue;
    }
    const end = excuse.to ?? Number.POSITIVE_INFINITY;
    const atExpected = excuse.from <= window.expectedAt && window.expectedAt < end;
    const met = Math.max(excuse.from, window.expectedAt);
    const beforeAnyRun =
      met <= window.dueBy && met < end && met <= at.now && (at.firstStart === null || met < at.firstStart);
    if (atExpected || beforeAnyRun) until = Math.max(until ?? 0, end);
  }
  return until;
}
