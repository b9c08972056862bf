/**
 * What a silent window's probe found (contracts.md, section 3, the diagnosis of "no arrival"): what stands in the way, or
 * that nothing does, and then it is the scheduler that did not call. Pure.
 */
import type { EdgeReason } from "#gate/contracts/reasons.ts";
import type { ReadAnswer } from "./from-outside.ts";

export interface Finding {
  /** What stands in the way, by its code; `scheduler_side`: nothing does. */
  readonly reason: string;
  /** In one sentence or two, for people. */
  readonly sentence: string;
}

const coded = ({ code, sub }: ReadAnswer): string => (sub === null ? code : `${code}:${sub}`);
const found = (read: ReadAnswer): Finding => ({
  reason: coded(read),
  sentence: `Asked from outside: ${read.sentence}`,
});

/** Silence, and a route that answers as it should: whatever it is, it is no outage of the route (contracts.md, section 4). */
export const SCHEDULER_SIDE = "scheduler_side" satisfies EdgeReason;

/** Answers to a request without credentials that say that whoever guards the route was reached. */
const REACHED: ReadonlySet<string> = new Set(["gate_refused", "refused_elsewhere", "fail_open"]);
const LET_IN: ReadonlySet<string> = new Set(["gate_admitted", "answered"]);

/** @param genuine the answer to a request as the scheduler makes it; `null`: only the platform can make one */
export function findingOf(bare: ReadAnswer, genuine: ReadAnswer | null): Finding {
  if (!REACHED.has(bare.code)) return found(bare);
  if (genuine !== null && genuine.code === "gate_refused") {
    return {
      reason: genuine.sub ?? "refused",
      sentence: `Asked from outside as the scheduler asks: ${genuine.sentence}`,
    };
  }
  if (genuine !== null && !LET_IN.has(genuine.code)) return found(genuine);
  const open = bare.code === "fail_open" ? " It also lets in whoever calls." : "";
  return {
    reason: SCHEDULER_SIDE,
    sentence: `Asked from outside, the route answers as it should: the scheduler did not call. Look whether it is paused, not deployed, or switched itself off.${open}`, // biome-ignore format: one sentence
  };
}
