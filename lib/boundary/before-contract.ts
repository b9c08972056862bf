/** A refusal that is decided before any contract is asked: of the route, or of the proxy. Pure. */
import type { RequestParts } from "#gate/contracts/contract.ts";
import type { RefuseReason } from "#gate/contracts/reasons.ts";
import type { Decided, Enforced } from "#gate/decide.ts";
import { classify } from "#gate/shape/classify.ts";
import { diagnose } from "#gate/shape/diagnose.ts";
import { shapeOf } from "#gate/shape/read-shape.ts";
import type { Instant } from "#lib/time/instant.ts";

export function refusedBefore(
  request: RequestParts,
  because: {
    readonly route: { readonly enforced: Enforced } | undefined;
    readonly reason: RefuseReason;
    readonly detail: string | null;
    readonly now: Instant;
  },
): Decided {
  const { reason, detail } = because;
  const shape = shapeOf(request, { now: because.now });
  return {
    ...{ outcome: "rejected", reason, detail, via: "stranger", told: {} },
    contractExpected: because.route?.enforced.contracts[0].kind ?? "rollcall",
    contractResembled: classify(shape)[0]?.kind ?? null,
    diagnosis: diagnose({ reason, detail, shape, expects: "a proof" }),
    presented: shape,
  };
}
