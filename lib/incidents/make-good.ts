/** What becomes of each bad window of an incident when it is made good. Pure. */
import { DAY, type Instant } from "#lib/time/instant.ts";

export interface BadOne {
  readonly expectedAt: Instant;
  readonly verdict: string;
  readonly bad: boolean;
}

export interface MadeGood {
  readonly expectedAt: Instant;
  readonly will: "run" | "excuse" | "skip";
  readonly because: string;
}

/** A run names a window that lies at most this long before it (domain.md, Run and check-in). */
const NAMED_FOR = 7 * DAY;

/**
 * The listed windows, oldest first, and what is done about each. `once`: one run, for the newest; `each`: a run for each,
 * which it names; `excuse`: none.
 */
export function planMakeGood(
  listed: readonly BadOne[],
  by: { readonly mode: "once" | "each" | "excuse"; readonly max: number; readonly now: Instant },
): MadeGood[] {
  const { mode, max, now } = by;
  const nameable = (one: BadOne): boolean => one.bad && now - one.expectedAt <= NAMED_FOR;
  const newest = listed.findLast(nameable);
  let taken = 0;
  return listed.map((one): MadeGood => {
    const { expectedAt, verdict } = one;
    const skip = (because: string): MadeGood => ({ expectedAt, will: "skip", because });
    if (!one.bad) return skip(`It is ${verdict} by now.`);
    if (mode !== "excuse" && !nameable(one)) return skip("It is more than 7 days old: no run can name it any more.");
    if (mode === "once") {
      if (one !== newest) return skip("One run is made for the newest window, and none for those before it.");
      return { expectedAt, will: "run", because: `It is ${verdict}, and the newest.` };
    }
    if (taken >= max) return skip(`${max} are made good at most.`);
    taken += 1;
    return { expectedAt, will: mode === "each" ? "run" : "excuse", because: `It is ${verdict}.` };
  });
}
