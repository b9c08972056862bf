/** What a person should know of a target before it is first fired. Pure. */
import type { Driver } from "#lib/schedules/schema.ts";

type Target = Extract<Driver, { kind: "rollcall" }>["target"];

export interface TargetWarning {
  readonly code: string;
  readonly message: string;
  readonly proposedGraceSeconds?: number;
}

const seconds = (count: number): string => (count === 1 ? "1 s" : `${count} s`);
/** Until the first retry may be sent, after the answer that it follows. */
const FIRST_RETRY_SECONDS = 3;

export function targetWarnings(by: {
  readonly target: Target;
  readonly graceSeconds: number;
  /** To the window after the next; `null`: there is none. */
  readonly gapSeconds: number | null;
  /** The contracts of its route that have a secret to sign with; `null`: it crosses no route that is known. */
  readonly contracts: readonly string[] | null;
}): TargetWarning[] {
  const { target, graceSeconds, gapSeconds, contracts } = by;
  const { timeoutSeconds, retries, overlap, contract } = target;
  const warnings: TargetWarning[] = [];
  if (graceSeconds < 2) {
    const message = `With a grace of ${seconds(graceSeconds)} a request that goes out a moment after its time makes its window late.`;
    warnings.push({ code: "grace_too_short", message, proposedGraceSeconds: Math.max(60, timeoutSeconds) });
  } else if (graceSeconds < timeoutSeconds) {
    const message = `The target has ${seconds(timeoutSeconds)} to answer, and the grace is ${seconds(graceSeconds)}: a window without an answer is missing only after the longer of the two.`;
    warnings.push({ code: "grace_shorter_than_timeout", message, proposedGraceSeconds: timeoutSeconds });
  }
  if (retries > 0 && graceSeconds < timeoutSeconds + FIRST_RETRY_SECONDS) {
    const message = `No retry fits into the grace after a time-out of ${seconds(timeoutSeconds)}: retries are made inside the window alone.`;
    const proposedGraceSeconds = (timeoutSeconds + FIRST_RETRY_SECONDS) * 2;
    warnings.push({ code: "no_time_for_retries", message, proposedGraceSeconds });
  }
  if (gapSeconds !== null && timeoutSeconds > gapSeconds && overlap === "allow") {
    const message = `An answer may take ${seconds(timeoutSeconds)}, and the next window comes after ${seconds(gapSeconds)}: runs may overlap. The overlap policy can leave one out, or let it wait.`;
    warnings.push({ code: "may_overlap", message });
  }
  if (contract !== "none" && !(contracts ?? []).includes(contract)) {
    const why =
      contracts === null
        ? "the schedule crosses no protected route whose secret could sign them"
        : `its protected route has no contract “${contract}”`;
    const message = `Requests go out without a signature: ${why}. Give the schedule a route with that contract, or say “none”.`;
    warnings.push({ code: "unsigned", message });
  }
  return warnings;
}
