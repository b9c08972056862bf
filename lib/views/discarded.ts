/** Check-ins that came to nothing, and what helps: no check-in vanishes (domain.md, Run and check-in). */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import { type DiscardedReason, remedy } from "#lib/evidence/discarded.ts";
import { type DiscardedShown, listDiscarded } from "#lib/evidence/discarded-list-store.ts";
import { BY_MOMENT, cursorKey, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { type Instant, toRfc3339 } from "#lib/time/instant.ts";

/** The schedule that a repair made its slug mean; `null` where nothing was repaired. */
const repairedTo = ({ reason, means }: DiscardedShown): string | null =>
  reason === "unknown_slug" || reason === "archived" ? means : null;

function remedyOf(row: DiscardedShown): string {
  const means = repairedTo(row);
  if (means === null) return remedy(row);
  return row.reason === "archived"
    ? `Repaired: “${means}” was revived.`
    : `Repaired: “${row.slug ?? ""}” is known by now, and check-ins by it go to “${means}”.`;
}

export const discardedShape = (row: DiscardedShown) => ({
  id: row.id,
  reason: row.reason,
  path: row.path,
  sender: row.sender,
  count: row.count,
  firstAt: toRfc3339(row.firstAt),
  lastAt: toRfc3339(row.lastAt),
  slug: row.slug,
  detail: row.detail,
  remedy: remedyOf(row),
  /** The schedule that its slug means by now; `null`: it still goes nowhere. */
  repairedTo: repairedTo(row),
});
export type DiscardedShape = ReturnType<typeof discardedShape>;

export interface DiscardedQuery {
  readonly reason?: DiscardedReason | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** The last one that came first. */
export async function viewDiscarded(
  ctx: Context,
  { query, page }: { readonly query: DiscardedQuery; readonly page: Page },
): Promise<Result<Listed<DiscardedShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(page.cursor, BY_MOMENT);
  if (!cursor.ok) return cursor;
  const rows = await listDiscarded(sqlIn(ctx), query, { limit: page.limit, before: cursor.value });
  return ok(toPage(rows, page, { key: (row) => [row.lastAt, row.id], item: discardedShape }));
}
