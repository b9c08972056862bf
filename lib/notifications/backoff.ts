import { type Instant, instant, MINUTE, SECOND } from "#lib/time/instant.ts";

/**
 * Pauses before the next attempt of a delivery, as the Standard Webhooks specification proposes them: 5 s, 5 min,
 * 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
 */
const PAUSES = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  120 * MINUTE,
  300 * MINUTE,
  600 * MINUTE,
  840 * MINUTE,
  1_200 * MINUTE,
  1_440 * MINUTE,
];

/**
 * When to try again; `null`: give up. Up to a tenth later than the pause says, so that many do not come at once.
 * @param attempts made so far, at least 1
 * @param chance from [0, 1)
 */
export function nextAttempt(attempts: number, now: Instant, chance: number): Instant | null {
  const pause = PAUSES[attempts - 1];
  return pause === undefined ? null : instant(Math.round(now + pause * (1 + chance / 10)));
}
