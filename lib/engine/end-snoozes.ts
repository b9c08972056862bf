/**
 * Wakes incidents whose snooze has ended: they are open again, with an event and a message, in one transaction. A crash
 * before the commit leaves them for the next time.
 */

import type pg from "pg";
import { newId } from "#lib/db/new-id.ts";
import { tellStale } from "#lib/db/tell.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import { tellIncidents } from "#lib/incidents/outbox-store.ts";
import { nextSnoozeEnd, takeEndedSnoozes } from "#lib/incidents/snooze-store.ts";
import { writeEvents } from "#lib/incidents/store.ts";
import type { Instant } from "#lib/time/instant.ts";

/** Answers when the next snooze ends. */
export async function endSnoozes(pool: pg.Pool, now: Instant): Promise<Instant | null> {
  await inSqlTransaction(pool, async (sql) => {
    const ended = await takeEndedSnoozes(sql, now);
    if (ended.length === 0) return;
    await writeEvents(
      sql,
      ended.map((one) => ({
        ...{ id: newId(now), incidentId: one.id, at: now, actor: null },
        ...{ kind: "unsnoozed", text: "The snooze has ended, and it is still open." },
      })),
    );
    await tellIncidents(
      sql,
      ended.map(({ id }) => ({ type: "incident.changed", id })),
      now,
    );
    await tellStale(sql, ["incidents"]);
  });
  return nextSnoozeEnd(sqlOf(pool));
}
