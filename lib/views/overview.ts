/** What the rail and the top bar say: how many are wrong, and what waits. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { discardedTotals, incidentTotals, scheduleTotals } from "./totals-store.ts";

export interface Overview {
  readonly schedules: { readonly all: number; readonly paused: number; readonly wrong: number; readonly own: number };
  readonly incidents: { readonly open: number; readonly acknowledged: number };
  readonly discarded: number;
}

export async function viewOverview(ctx: Context): Promise<Result<Overview>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const { all, paused, wrong, own } = await scheduleTotals(sql, ctx.now);
  const totals = await incidentTotals(sql);
  const of = (state: "open" | "acknowledged"): number =>
    totals.reduce((sum, total) => (total.state === state ? sum + total.count : sum), 0);
  const discarded = (await discardedTotals(sql)).reduce((sum, { count }) => sum + count, 0);
  return ok({
    schedules: { all, paused, wrong, own },
    incidents: { open: of("open"), acknowledged: of("acknowledged") },
    discarded,
  });
}
