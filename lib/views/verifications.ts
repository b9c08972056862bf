/** What the matrix of a route found, newest first; one that is under way comes with what is known so far. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import { routeByName } from "#lib/boundary/route-store.ts";
import { type VerificationShape, verificationShape } from "#lib/boundary/verification.ts";
import { listVerifications } from "#lib/boundary/verification-store.ts";
import { isName } from "#lib/input/identifiers.ts";
import { BY_MOMENT, cursorKey, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { notFound, ok, type Result, refuse } from "#lib/problem.ts";

export async function viewVerifications(
  ctx: Context,
  { name, page }: { readonly name: string; readonly page: Page },
): Promise<Result<Listed<VerificationShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const key = cursorKey(page.cursor, BY_MOMENT);
  if (!key.ok) return key;
  const sql = sqlIn(ctx);
  if (!isName(name) || !(await routeByName(sql, name))) return refuse(notFound({ message: "There is no such route." }));
  const before = key.value ? { at: key.value[0], id: key.value[1] } : null;
  const rows = await listVerifications(sql, name, { limit: page.limit, before });
  return ok(toPage(rows, page, { key: ({ at, id }) => [at, id], item: verificationShape }));
}
