/** Change markers: deploys and edits, shown beside what happened. */

import { actorName, mayNot } from "#lib/access/actor.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext, sqlIn } from "#lib/access/in-context.ts";
import { newId } from "#lib/db/new-id.ts";
import { tellStale } from "#lib/db/tell.ts";
import { BY_MOMENT, cursorKey, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { invalid, ok, type Problem, type Result, refuse } from "#lib/problem.ts";
import { type Instant, toRfc3339 } from "#lib/time/instant.ts";
import { type ChangeRow, insertChange, listChanges, unknownSlugs } from "./change-store.ts";
import type { ChangeInput } from "./maintenance-schema.ts";

export const changeShape = (row: ChangeRow) => ({
  id: row.id,
  at: toRfc3339(row.at),
  title: row.title,
  url: row.url,
  schedules: row.schedules,
  by: row.actor,
});
export type ChangeShape = ReturnType<typeof changeShape>;

export const unknownSchedules = (slugs: readonly string[]): Problem =>
  invalid({
    message: `There is no schedule “${slugs[0] ?? ""}”.`,
    errors: slugs.slice(0, 20).map((slug) => ({ path: "schedules", message: `“${slug}” is no schedule` })),
  });

export function markChange(ctx: Context, { input }: { readonly input: ChangeInput }): Promise<Result<ChangeShape>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const unknown = await unknownSlugs(tx, input.schedules ?? []);
    if (unknown.length > 0) return refuse(unknownSchedules(unknown));
    const { now } = ctx;
    const row: ChangeRow = {
      id: newId(now),
      at: input.at ?? now,
      title: input.title,
      url: input.url,
      schedules: input.schedules,
      actor: actorName(ctx.actor),
    };
    await insertChange(tx, { ...row, createdAt: now });
    await writeAudit(tx, ctx, { action: "change.marked", subjectKind: "change", subjectId: row.id });
    await tellStale(tx, ["changes"]);
    return ok(changeShape(row));
  });
}

/** Newest first. */
export async function viewChanges(
  ctx: Context,
  asked: { readonly from?: Instant | undefined; readonly to?: Instant | undefined; readonly page: Page },
): Promise<Result<Listed<ChangeShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(asked.page.cursor, BY_MOMENT);
  if (!cursor.ok) return cursor;
  const rows = await listChanges(sqlIn(ctx), asked, { limit: asked.page.limit, before: cursor.value });
  return ok(toPage(rows, asked.page, { key: (row) => [row.at, row.id], item: changeShape }));
}
