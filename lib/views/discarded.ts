/** Check-ins that came to nothing, and what helps: no check-in vanishes (domain.md, Run and check-in). */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import type { DiscardedReason } from "#lib/evidence/discarded.ts";
import { type DiscardedShown, listDiscarded } from "#lib/evidence/discarded-list-store.ts";
import { cursorKey, KEY, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { type Instant, instant, toRfc3339 } from "#lib/time/instant.ts";

function remedyOf(row: DiscardedShown): string {
  switch (row.reason) {
    case "unknown_slug":
      return row.means === null
        ? `Make a schedule “${row.slug ?? ""}”, or an alias of it: repair this as new or as alias.`
        : `Repaired: “${row.slug ?? ""}” is known by now, and check-ins by it go to “${row.means}”.`;
    case "archived":
      return row.means === null
        ? "Revive the schedule with a PUT of its slug, or take the job out of its crontab."
        : `Repaired: “${row.means}” was revived.`;
    case "unknown_id":
      return "Compare the id with the ping address of the schedule; a rotated one is accepted for a while only.";
    case "unknown_key":
      return "Compare the ping key with the one of this project.";
    case "wrong_environment":
      return "Send the environment of the schedule, or make a schedule of its own for this one.";
    case "malformed":
      return "Correct the address: /ping/{uuid} or /ping/{pingKey}/{slug}, with /start, /fail, /log or an exit status.";
    case "rate_limited":
      return "Send fewer check-ins, or let an admin raise the limit.";
    case "not_storable":
      return "The database refused it: the log says why.";
  }
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
  const cursor = cursorKey(page.cursor, [KEY.moment, KEY.uuid]);
  if (!cursor.ok) return cursor;
  const key = cursor.value;
  const before = key ? ([instant(key[0]), key[1]] as const) : null;
  const rows = await listDiscarded(sqlIn(ctx), query, { limit: page.limit, before });
  return ok(toPage(rows, page, { key: (row) => [row.lastAt, row.id], item: discardedShape }));
}
