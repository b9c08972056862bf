/** A decision as it is sent to Rollcall: `POST /api/v1/boundary/decisions`. */
import { pathOf } from "../contracts/parts.ts";
import type { Description } from "../describe.ts";
import type { Judged } from "../judge.ts";
import type { Shape } from "../shape/shape.ts";

export interface ReportedDecision {
  /** The same again is taken once for seven days. */
  readonly id: string;
  /** RFC 3339, milliseconds. */
  readonly at: string;
  readonly route: string;
  readonly method: string;
  /** Without the query, which may hold secrets. */
  readonly path: string;
  readonly outcome: "admitted" | "rejected";
  readonly reason: string;
  readonly detail: string | null;
  readonly via: "scheduler" | "manual" | "probe" | "stranger";
  readonly contractExpected: string;
  readonly contractResembled?: string | undefined;
  readonly diagnosis?: string | undefined;
  readonly schedule?: string | undefined;
  /** The expected time that the platform named, RFC 3339. */
  readonly window?: string | undefined;
  /** The expression that the platform's header quotes. */
  readonly expression?: string | undefined;
  readonly executionId?: string | undefined;
  readonly presented: Shape;
  readonly source: "gate";
}

export function reportedDecision(
  decided: Judged,
  of: {
    readonly id: string;
    readonly now: number;
    readonly route: string;
    readonly method: string;
    readonly url: string;
    readonly via: ReportedDecision["via"];
  },
  described?: Description,
): ReportedDecision {
  const { told } = decided;
  return {
    id: of.id,
    at: new Date(of.now).toISOString(),
    route: of.route,
    method: of.method,
    path: pathOf(of.url),
    outcome: decided.outcome,
    reason: decided.reason,
    detail: decided.detail,
    via: of.via,
    contractExpected: decided.contractExpected,
    // What is not known is left out where it is sent: JSON writes nothing of it.
    contractResembled: described?.contractResembled ?? undefined,
    diagnosis: described?.diagnosis ?? undefined,
    schedule: told.schedule,
    window: told.scheduledFor === undefined ? undefined : new Date(told.scheduledFor).toISOString(),
    expression: told.expression,
    executionId: told.executionId,
    presented: decided.presented,
    source: "gate",
  };
}
