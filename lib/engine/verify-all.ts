/** Runs the matrix of every route that has a probe, one after the other; throws when one could not be run. */
import type pg from "pg";
import { allRoutes, openedRoute } from "#lib/boundary/route-store.ts";
import { sqlOf } from "#lib/db/transaction.ts";
import type { Clock } from "#lib/time/clock.ts";
import { verifyOpened } from "./verify-route.ts";

const SYSTEM = { kind: "system", name: "Rollcall" } as const;

export async function verifyAll(by: {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly secret: string;
}): Promise<void> {
  const { pool, clock } = by;
  const failed: string[] = [];
  for (const row of await allRoutes(sqlOf(pool))) {
    if (row.probeUrl === null) continue;
    try {
      // One that somebody is running already is run.
      await verifyOpened(openedRoute(row, by.secret), { pool, clock, ctx: { actor: SYSTEM } });
    } catch {
      failed.push(row.name);
    }
  }
  if (failed.length > 0) throw new Error(`the matrix could not be run for ${failed.join(", ")}`);
}
