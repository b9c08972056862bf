/** Whether Rollcall can fire a schedule by hand: with its own target, in its caller's place, or through its driver. */
import { openedRoute, routeByName } from "#lib/boundary/route-store.ts";
import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { connectionByName } from "#lib/drivers/connection-store.ts";
import { driverOf } from "#lib/drivers/register.ts";
import { invalid, type Problem } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import type { ScheduleRow } from "#lib/schedules/store.ts";
import type { Instant } from "#lib/time/instant.ts";
import { requestOf, standInAim } from "./firing.ts";

export const cannotFire = (message: string): Problem =>
  invalid({ code: "driver_cannot_fire", message, doNext: "Start the run where it is scheduled." });

const ONLY_WATCHED = "Rollcall only watches this schedule: nobody here can fire it.";

/** `null`: it can. */
export async function whyNotFired(
  sql: Sql,
  row: Pick<ScheduleRow, "slug" | "driver" | "route">,
  now: Instant,
): Promise<Problem | null> {
  switch (row.driver.kind) {
    case "rollcall":
      return null;
    case "external": {
      const route = row.route === null ? null : await routeByName(sql, row.route);
      const aim = route ? standInAim(openedRoute(route, runtime().config.secret), null) : null;
      if (!aim) return cannotFire(ONLY_WATCHED);
      const made = await requestOf({ id: newId(now), slug: row.slug, window: null, aim }, now);
      return made.ok ? null : cannotFire(`Nobody here can call its route as its scheduler does: ${made.because}`);
    }
    default: {
      const driver = driverOf(row.driver.kind);
      if (!driver.fire) return cannotFire(`${driver.label} cannot fire a run by hand.`);
      const known = await connectionByName(sql, row.driver.connection);
      return known ? null : cannotFire(`There is no connection “${row.driver.connection}”.`);
    }
  }
}
