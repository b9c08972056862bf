/** When a firing that went badly is tried again. Pure. */
import { type Instant, instant, MINUTE, SECOND } from "#lib/time/instant.ts";

const FIRST_PAUSE = 2 * SECOND;
const LONGEST_PAUSE = 10 * MINUTE;

/**
 * The moment of the next try; `null`: there is none. The pauses are 2 s, 6 s, 18 s, … and at most 10 min, up to a tenth
 * longer so that many do not come at once; a `Retry-After` of the target is heeded. No try begins after the window's
 * grace: then it is missing, and the next window is nearer.
 */
export function nextRetry(by: {
  /** How many the target allows. */
  readonly retries: number;
  /** How many there were. */
  readonly done: number;
  readonly now: Instant;
  readonly dueBy: Instant;
  /** What the target asked for. */
  readonly retryAfterSeconds: number | null;
  /** From [0, 1). */
  readonly chance: number;
}): Instant | null {
  if (by.done >= by.retries) return null;
  const pause = Math.min(FIRST_PAUSE * 3 ** by.done, LONGEST_PAUSE) * (1 + by.chance / 10);
  const at = instant(Math.round(by.now + Math.max(pause, (by.retryAfterSeconds ?? 0) * SECOND)));
  return at <= by.dueBy ? at : null;
}

/** The seconds of a `Retry-After`; its other form, a date, is read too. `null`: none, or none that can be read. */
export function retryAfter(value: string | undefined, now: Instant): number | null {
  if (value === undefined) return null;
  if (/^\d{1,6}$/.test(value.trim())) return Number(value.trim());
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / SECOND));
}

/** Whether a status is among the codes that a target calls success (`200-299,304`). */
export const isSuccess = (codes: string, status: number): boolean =>
  codes.split(",").some((part) => {
    const [from = "", to = from] = part.split("-");
    return Number(from) <= status && status <= Number(to);
  });
