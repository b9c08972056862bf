import type { Decision } from "#lib/boundary/decision.ts";
import { type Attempt, answeredWell } from "#lib/evidence/attempt.ts";
import type { Cause } from "./verdict.ts";

export interface NamedCause {
  readonly cause: Cause;
  readonly reason: string | null;
  readonly diagnosis: string | null;
}

const plain = (cause: Cause): NamedCause => ({ cause, reason: null, diagnosis: null });

const SILENT = plain("silent");

/** The later one, whatever the order in which they arrived. */
const newer = (a: Decision | null, b: Decision): Decision =>
  a !== null && (a.at > b.at || (a.at === b.at && a.id > b.id)) ? a : b;

/**
 * Why a window without a run is missing: the highest rung that was reached (domain.md, Verdict).
 * @param covered whether a driver that reports attempts covers the window
 */
export function causeOf(
  evidence: { readonly attempts: readonly Attempt[]; readonly decisions: readonly Decision[] },
  covered: boolean,
): NamedCause {
  const { attempts, decisions } = evidence;
  if (attempts.length === 0 && decisions.length === 0) return covered ? plain("not_fired") : SILENT;
  if (decisions.some((decision) => decision.outcome === "admitted") || attempts.some(answeredWell))
    return plain("lost");
  const rejected = decisions.filter((decision) => decision.outcome === "rejected").reduce<Decision | null>(newer, null);
  if (rejected) return { cause: "rejected", reason: rejected.reason, diagnosis: rejected.diagnosis };
  if (attempts.some((attempt) => attempt.outcome === "refused")) return plain("rejected");
  return plain("unreached");
}
