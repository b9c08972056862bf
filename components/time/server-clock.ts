/** The server's clock as far as a browser knows it: verdicts turn by that one, not by the browser's. */

let skew = 0;

/** Beyond this a browser's clock is taken to be wrong; `Date` tells whole seconds only. */
const TOLERATED = 2_500;

/** Learns from an answer's `Date` header (RFC 9110, 6.6.1). */
export function noteServerDate(date: string | null, sentAt: number, receivedAt: number): void {
  const told = date === null ? Number.NaN : Date.parse(date);
  if (!Number.isFinite(told) || receivedAt - sentAt > 5_000) return;
  const seen = told + 500 - (sentAt + receivedAt) / 2;
  skew = Math.abs(seen) <= TOLERATED ? 0 : seen;
}

export const serverNow = (): number => Date.now() + skew;
