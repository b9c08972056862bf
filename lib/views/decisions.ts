/** What gates decided, newest first. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import { type DecisionFilters, listDecisions } from "#lib/boundary/decision-store.ts";
import { BY_MOMENT, cursorKey, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { type DecisionShape, decisionShape } from "./shapes.ts";

export async function viewDecisions(
  ctx: Context,
  { filters, page }: { readonly filters: DecisionFilters; readonly page: Page },
): Promise<Result<Listed<DecisionShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const key = cursorKey(page.cursor, BY_MOMENT);
  if (!key.ok) return key;
  const before = key.value ? { at: key.value[0], id: key.value[1] } : null;
  const rows = await listDecisions(sqlIn(ctx), filters, { limit: page.limit, before });
  return ok(toPage(rows, page, { key: ({ at, id }) => [at, id], item: decisionShape }));
}
