/**
 * Has the dispatcher look at a schedule: in the transaction of whatever changed what is expected of it, or who fires it.
 *
 * 1. The clock of the schedule is set to now; what is to be fired, the engine finds from what is stored then.
 * 2. The engines are told, with the commit. A crash before it leaves nothing.
 */
import type { Sql } from "#lib/db/sql.ts";
import { tellDispatch } from "#lib/db/tell.ts";
import { setClock } from "#lib/drivers/dispatch/clock-store.ts";
import type { Instant } from "#lib/time/instant.ts";

/**
 * Call it when the spec, the driver or an acceleration of a schedule has changed, once the change is written. Pauses and
 * maintenance need none: a window that is excused at its time is not fired.
 */
export async function setDispatchClock(tx: Sql, scheduleId: string, now: Instant): Promise<void> {
  await setClock(tx, scheduleId, now);
  await tellDispatch(tx);
}
