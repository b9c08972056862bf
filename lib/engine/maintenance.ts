/**
 * Sets a maintenance, and takes it back.
 *
 * 1. Write or end it. 2. Judge the schedules that it speaks of, where it may change a verdict or a deadline now: few in
 * this transaction, many by their deadline, which is set to now. A crash leaves it as it was.
 */
import { actorName, mayNot } from "#lib/access/actor.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext, sqlIn } from "#lib/access/in-context.ts";
import { newId } from "#lib/db/new-id.ts";
import { tellDeadline, tellStale } from "#lib/db/tell.ts";
import type { Tx } from "#lib/db/transaction.ts";
import { isUuid } from "#lib/input/identifiers.ts";
import { BY_MOMENT, cursorKey, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { conflict, invalid, notFound, ok, type Result, refuse } from "#lib/problem.ts";
import { unknownSlugs } from "#lib/schedules/change-store.ts";
import { unknownSchedules } from "#lib/schedules/changes.ts";
import {
  deleteMaintenance,
  endMaintenance,
  insertMaintenance,
  listMaintenance,
  lockMaintenance,
  type MaintenanceRow,
  selectedSchedules,
} from "#lib/schedules/excuse-store.ts";
import type { Selector } from "#lib/schedules/facts-store.ts";
import type { MaintenanceInput } from "#lib/schedules/maintenance-schema.ts";
import { dueAtOnce } from "#lib/schedules/store.ts";
import { type Instant, latest, millis, minus, toRfc3339 } from "#lib/time/instant.ts";
import { judgeNow } from "./judge-now.ts";
import { movedOn } from "./put-schedule.ts";

/** A request takes a moment to arrive, and clocks differ by a little: "from now on" is not the past. */
const STILL_NOW = millis(10_000);
/** So many schedules are judged within the act itself. */
const AT_ONCE = 200;

const maintenanceShape = (row: MaintenanceRow) => ({
  id: row.id,
  from: toRfc3339(row.from),
  to: toRfc3339(row.to),
  ...row.selector,
  reason: row.reason,
  by: row.actor,
  createdAt: toRfc3339(row.createdAt),
  version: row.version,
});
export type MaintenanceShape = ReturnType<typeof maintenanceShape>;

async function judgeAffected(tx: Tx, row: Pick<MaintenanceRow, "from" | "selector">, now: Instant): Promise<void> {
  // One that lies ahead moves the open window of a rolling schedule, and nothing else before its time.
  const affected = await selectedSchedules(tx, row.selector, { onlyRolling: row.from > now });
  if (affected.length <= AT_ONCE) await judgeNow(tx, affected, { now });
  else {
    await dueAtOnce(tx, { scheduleIds: affected, now });
    await tellDeadline(tx);
  }
  await tellStale(tx, ["maintenance", "schedules"]);
}

export function setMaintenance(
  ctx: Context,
  { input }: { readonly input: MaintenanceInput },
): Promise<Result<MaintenanceShape>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "operate");
    if (denied) return refuse(denied);
    const { now } = ctx;
    const { from, to, reason, ...named } = input;
    if (from < minus(now, STILL_NOW)) {
      const errors = [{ path: "from", message: "must not lie in the past" }];
      return refuse(invalid({ message: "A maintenance cannot begin in the past.", errors }));
    }
    if (to <= latest(from, now)) {
      const errors = [{ path: "to", message: "must lie after from" }];
      return refuse(invalid({ message: "A maintenance must end after it begins.", errors }));
    }
    const unknown = await unknownSlugs(tx, named.schedules ?? []);
    if (unknown.length > 0) return refuse(unknownSchedules(unknown));
    const selector: Selector = Object.fromEntries(Object.entries(named).filter(([, names]) => names !== undefined));
    const row: MaintenanceRow = {
      id: newId(now),
      from: latest(from, now),
      to,
      selector,
      reason,
      actor: actorName(ctx.actor),
      createdAt: now,
      version: 1,
    };
    await insertMaintenance(tx, row);
    await judgeAffected(tx, row, now);
    const detail = { from: toRfc3339(row.from), to: toRfc3339(to), reason };
    await writeAudit(tx, ctx, { action: "maintenance.set", subjectKind: "maintenance", subjectId: row.id, detail });
    return ok(maintenanceShape(row));
  });
}

/** One that lies ahead is deleted; one that has begun ends now, and what it excused stays excused. */
export function endMaintenanceNow(
  ctx: Context,
  { id, ifMatch }: { readonly id: string; readonly ifMatch: number | null },
): Promise<Result<null>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "operate");
    if (denied) return refuse(denied);
    const { now } = ctx;
    const row = isUuid(id) ? await lockMaintenance(tx, id) : null;
    if (!row) return refuse(notFound({ message: "There is no such maintenance." }));
    if (ifMatch !== null && ifMatch !== row.version) return refuse(movedOn(row.version));
    if (row.to <= now) return refuse(conflict("over", { message: "This maintenance is over." }));
    if (row.from > now) await deleteMaintenance(tx, id);
    else await endMaintenance(tx, id, now);
    await judgeAffected(tx, row, now);
    await writeAudit(tx, ctx, { action: "maintenance.ended", subjectKind: "maintenance", subjectId: id });
    return ok(null);
  });
}

/** Newest beginning first. */
export async function viewMaintenance(
  ctx: Context,
  { page }: { readonly page: Page },
): Promise<Result<Listed<MaintenanceShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(page.cursor, BY_MOMENT);
  if (!cursor.ok) return cursor;
  const rows = await listMaintenance(sqlIn(ctx), { limit: page.limit, before: cursor.value });
  return ok(toPage(rows, page, { key: (row) => [row.from, row.id], item: maintenanceShape }));
}
