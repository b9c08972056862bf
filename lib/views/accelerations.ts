/** Accelerations as screens and programs read them. */
import { type AccelerationShape, accelerationShape } from "#lib/accelerations/shape.ts";
import {
  type Acceleration,
  type AccelerationFilters,
  accelerationById,
  listAccelerations,
  stepsOf,
} from "#lib/accelerations/store.ts";
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import type { Sql } from "#lib/db/sql.ts";
import { noAcceleration } from "#lib/engine/request-acceleration.ts";
import { isUuid } from "#lib/input/identifiers.ts";
import { BY_MOMENT, cursorKey, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";

async function shapesOf(sql: Sql, rows: readonly Acceleration[]): Promise<AccelerationShape[]> {
  const steps = await stepsOf(
    sql,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => accelerationShape(row, steps.get(row.id) ?? []));
}

export async function viewAcceleration(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<Result<AccelerationShape>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const row = isUuid(id) ? await accelerationById(sql, id) : null;
  const [shape] = row ? await shapesOf(sql, [row]) : [];
  return shape ? ok(shape) : refuse(noAcceleration());
}

/** Newest first. */
export async function viewAccelerations(
  ctx: Context,
  { query, page }: { readonly query: AccelerationFilters; readonly page: Page },
): Promise<Result<Listed<AccelerationShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(page.cursor, BY_MOMENT);
  if (!cursor.ok) return cursor;
  const sql = sqlIn(ctx);
  const rows = await listAccelerations(sql, query, { limit: page.limit, before: cursor.value });
  const { items, nextCursor } = toPage(rows, page, { key: (row) => [row.requestedAt, row.id], item: (row) => row });
  return ok({ items: await shapesOf(sql, items), nextCursor });
}
