/**
 * Plans one firing of a schedule, at once: by hand, or for a window that is made good.
 *
 * 1. The firing is stored; the engine sends it, and it is sent once (`dispatch.ts`).
 * 2. The engines are told, with the commit. A crash before it leaves nothing.
 */
import type { Actor } from "#lib/access/actor.ts";
import { actorName } from "#lib/access/actor.ts";
import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { tellDispatch } from "#lib/db/tell.ts";
import { planDispatches } from "#lib/drivers/dispatch/plan-store.ts";
import type { Instant } from "#lib/time/instant.ts";

export interface FireNow {
  readonly scheduleId: string;
  /** The expected time that the run answers; `null`: it names none. */
  readonly window: Instant | null;
  readonly why: "manual" | "make_good" | "stand_in";
  /** Who wants it; `null`: the engine. */
  readonly actor: Actor | null;
}

/** Answers the id that its attempt will have. Whether the schedule can be fired at all is the caller's to ask. */
export async function fireNow(tx: Sql, asked: FireNow, now: Instant): Promise<string> {
  const id = newId(now);
  const { scheduleId, window, why, actor } = asked;
  const by = actor === null ? null : actorName(actor);
  await planDispatches(tx, [{ id, scheduleId, window, why, retry: 0, dueAt: now, actor: by, plannedAt: now }]);
  await tellDispatch(tx);
  return id;
}
