/** Times that a proof covers, against the gate's clock. */
import { type Refused, refused } from "./contract.ts";

/** Both directions: some senders' own libraries take a timestamp of tomorrow. */
export const SIGNATURE_TOLERANCE_SECONDS = 300;
export const TOKEN_TOLERANCE_SECONDS = 60;

/** Whether a signed time (seconds since the epoch) is near enough; how far it is off is told in seconds. */
export function timestampProblem(
  timestamp: number,
  { now, toleranceSeconds }: { readonly now: number; readonly toleranceSeconds: number },
): Refused | null {
  const age = Math.round(now / 1_000) - timestamp;
  if (age > toleranceSeconds) return refused("stale_timestamp", `${age} s old, ${toleranceSeconds} s are allowed`);
  if (-age > toleranceSeconds) return refused("future_timestamp", `${-age} s ahead, ${toleranceSeconds} s are allowed`);
  return null;
}

/** Whole seconds since the epoch, as headers carry them. */
export const secondsOf = (text: string): number | null => (/^\d{1,12}$/.test(text) ? Number(text) : null);
