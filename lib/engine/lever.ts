/** Who holds the lever of a schedule: whoever fires it. */

import type pg from "pg";
import { nodeCrypto } from "#gate/crypto/node.ts";
import type { Acceleration, DriverThen } from "#lib/accelerations/store.ts";
import { blank, genuine } from "#lib/boundary/matrix-requests.ts";
import { openedRoute, routeByName } from "#lib/boundary/route-store.ts";
import type { Sql } from "#lib/db/sql.ts";
import { sqlOf } from "#lib/db/transaction.ts";
import { connectionByName, configOf as connectionConfig } from "#lib/drivers/connection-store.ts";
import type { Answer, Lever } from "#lib/drivers/driver.ts";
import { driverOf } from "#lib/drivers/register.ts";
import type { MaskedDriver } from "#lib/schedules/driver-secrets.ts";
import { CONNECTED_DRIVERS } from "#lib/schedules/schema.ts";
import type { ScheduleRow } from "#lib/schedules/store.ts";
import type { Clock } from "#lib/time/clock.ts";
import type { Instant } from "#lib/time/instant.ts";
import { configOf } from "./guarded-routes.ts";
import { leverOfOwn } from "./own-lever.ts";

export interface Hands {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  /** ROLLCALL_SECRET: opens connections. */
  readonly secret: string;
}

const cannot = (sentence: string) => ({ ok: false, problem: { kind: "cannot", sentence } }) as const;

/** The lever of a schedule that something else fires, over its connection. */
async function connectedLever(driver: DriverThen, { pool, clock, secret }: Hands): Promise<Answer<Lever>> {
  const kind = CONNECTED_DRIVERS.find((one) => one === driver.kind);
  const row = driver.connection === undefined ? null : await connectionByName(sqlOf(pool), driver.connection);
  if (!kind || !row || driver.ref === undefined) return cannot(`There is no connection “${driver.connection ?? ""}”.`);
  const config = connectionConfig(row, secret);
  if (config === null) return cannot(`The secrets of the connection “${row.name}” cannot be opened.`);
  const { read, apply, label } = driverOf(kind);
  const { ref } = driver;
  if (!read || !apply) return cannot(`Rollcall cannot set schedules of ${label}.`);
  const world = { clock };
  return {
    ok: true,
    value: {
      read: () => read(config, ref, world),
      apply: (asked) => apply(config, { ref, ...asked }, world),
    },
  };
}

/** The lever of a schedule that is accelerated, as whoever fired it when that was asked for has it. */
export async function leverOf(one: Acceleration, hands: Hands): Promise<Answer<Lever>> {
  if (one.standIn || one.driver.kind === "rollcall") return { ok: true, value: leverOfOwn(one, hands) };
  return connectedLever(one.driver, hands);
}

/** Of who fires it, what has to be known to put its original back: no secrets. */
export const driverThen = (driver: MaskedDriver): DriverThen =>
  "connection" in driver
    ? { kind: driver.kind, connection: driver.connection, ref: driver.ref }
    : { kind: driver.kind };

/** Whether the caller of a route can be stood in for: its address is known, and its proof can be made here. */
async function standsIn(
  sql: Sql,
  name: string,
  { secret, now }: { readonly secret: string; readonly now: Instant },
): Promise<string | null> {
  const row = await routeByName(sql, name);
  if (!row) return `There is no protected route “${name}”.`;
  if (row.url === null) return `The route “${name}” has no url: Rollcall cannot call it as its caller does.`;
  const opened = openedRoute(row, secret);
  const caller = row.caller ? configOf("caller", row.caller, opened) : configOf("contract", row.contract, opened);
  const made = await genuine(caller, blank("POST", row.url), { now, crypto: nodeCrypto });
  if (made?.ok) return null;
  return made ? made.because : "A secret that the caller's proof needs is not set.";
}

/** Whether a schedule can be accelerated, and whether by a stand-in; else why not. */
export async function canAccelerate(
  sql: Sql,
  row: Pick<ScheduleRow, "driver" | "route" | "spec">,
  given: { readonly secret: string; readonly now: Instant },
): Promise<{ readonly standIn: boolean } | { readonly because: string }> {
  const { driver, route, spec } = row;
  if (spec.kind === "rolling") return { because: "A rolling schedule has no times of its own that could come faster." };
  switch (driver.kind) {
    case "rollcall":
      return { standIn: false };
    case "external": {
      if (route === null) return { because: "Nobody here can set it: Rollcall only watches this schedule, and it crosses no route that could be called for it." }; // biome-ignore format: one line
      const because = await standsIn(sql, route, given);
      return because === null ? { standIn: true } : { because };
    }
    default: {
      const { read, apply, label, cannot: limits } = driverOf(driver.kind);
      if (!read || !apply) return { because: limits[0] ?? `Rollcall cannot set schedules of ${label}.` };
      const known = (await connectionByName(sql, driver.connection)) !== null;
      return known ? { standIn: false } : { because: `There is no connection “${driver.connection}”.` };
    }
  }
}
