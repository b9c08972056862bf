/** Takes in what gates, drains and dispatchers report by the API; `record-decisions.ts` says what becomes of it. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { type DecisionReport, reportedOf } from "#lib/boundary/decision-schema.ts";
import { invalid, ok, type Result, refuse } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { type RecordedDecisions, recordDecisions } from "./record-decisions.ts";

export async function reportDecisions(
  ctx: Context,
  { report }: { readonly report: DecisionReport },
): Promise<Result<RecordedDecisions>> {
  const denied = mayNot(ctx.actor, "report");
  if (denied) return refuse(denied);
  const { reported, errors } = reportedOf(report, ctx.now);
  const [first] = errors;
  if (first) return refuse(invalid({ message: `${first.path} ${first.message}.`, errors }));
  return ok(await recordDecisions(runtime().pool, reported, ctx.now));
}
