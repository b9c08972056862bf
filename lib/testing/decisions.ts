import { randomUUID } from "node:crypto";
import type { Decision, ReportedDecision } from "#lib/boundary/decision.ts";
import type { Instant } from "#lib/time/instant.ts";

/** A decision as a gate reports it: one of the scheduler's, with a bearer secret, unless a test says otherwise. */
export function givenDecision({
  reason,
  ...rest
}: Partial<Omit<ReportedDecision, "reason"> & Pick<Decision, "reason">> & { readonly at: Instant }): ReportedDecision {
  const outcome = rest.outcome ?? "rejected";
  return {
    id: randomUUID(),
    route: "cron-api",
    outcome,
    reason: reason ?? (outcome === "admitted" ? "admitted" : "wrong_secret"),
    via: null,
    detail: null,
    method: "GET",
    path: null,
    contractExpected: null,
    contractResembled: null,
    diagnosis: null,
    schedule: null,
    window: null,
    expression: null,
    executionId: null,
    presented: { headers: ["authorization"], scheme: "Bearer", lengths: { authorization: 39 } },
    source: "gate",
    ...rest,
  };
}
