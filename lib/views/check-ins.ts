/** What a job sent, check-in by check-in, as it came. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import { noSchedule } from "#lib/engine/known-schedule.ts";
import { checkInBody, type KeptCheckIn, listCheckIns } from "#lib/evidence/check-in-list-store.ts";
import { isName, isUuid } from "#lib/input/identifiers.ts";
import { BY_MOMENT, cursorKey, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { notFound, ok, type Result, refuse } from "#lib/problem.ts";
import { scheduleBySlug } from "#lib/schedules/store.ts";
import { toRfc3339 } from "#lib/time/instant.ts";
import { time } from "./shapes.ts";

const checkInShape = (row: KeptCheckIn) => ({
  id: row.id,
  at: toRfc3339(row.at),
  receivedAt: toRfc3339(row.receivedAt),
  kind: row.kind,
  run: row.runId,
  rid: row.rid,
  exitStatus: row.exitStatus,
  namedWindow: time(row.namedWindow),
  bodyBytes: row.bodyBytes,
  method: row.method,
  remoteAddress: row.remoteAddress,
  userAgent: row.userAgent,
});
export type CheckInShape = ReturnType<typeof checkInShape>;

/** The newest first. */
export async function viewCheckIns(
  ctx: Context,
  { slug, page }: { readonly slug: string; readonly page: Page },
): Promise<Result<Listed<CheckInShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(page.cursor, BY_MOMENT);
  if (!cursor.ok) return cursor;
  const sql = sqlIn(ctx);
  const row = isName(slug) ? await scheduleBySlug(sql, slug) : null;
  if (!row) return refuse(noSchedule(slug));
  const rows = await listCheckIns(sql, row.id, { limit: page.limit, before: cursor.value });
  return ok(toPage(rows, page, { key: (one) => [one.at, one.id], item: checkInShape }));
}

export async function viewCheckInBody(
  ctx: Context,
  { slug, id }: { readonly slug: string; readonly id: string },
): Promise<Result<Uint8Array>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const row = isName(slug) ? await scheduleBySlug(sql, slug) : null;
  if (!row) return refuse(noSchedule(slug));
  const body = isUuid(id) ? await checkInBody(sql, { scheduleId: row.id, id }) : null;
  return body ? ok(body) : refuse(notFound({ message: "There is no such check-in." }));
}
