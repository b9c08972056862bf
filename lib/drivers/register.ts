/** Every driver that needs a connection, by its kind: one line a member. */
import type { ConnectedKind } from "#lib/schedules/schema.ts";
import { bullmq } from "./bullmq.ts";
import { crontab } from "./crontab.ts";
import type { AnyDriver } from "./driver.ts";
import { kubernetes } from "./kubernetes.ts";
import { pgCron } from "./pg-cron.ts";
import { sqlTable } from "./sql-table.ts";
import { webhook } from "./webhook.ts";

const DRIVERS = {
  "pg-cron": pgCron,
  bullmq,
  crontab,
  kubernetes,
  sql: sqlTable,
  webhook,
} satisfies Record<ConnectedKind, AnyDriver>;

export const driverOf = (kind: ConnectedKind): AnyDriver => DRIVERS[kind];

/** What a driver does, as the table of docs/drivers.md and a screen say it. */
export interface Can {
  readonly discover: boolean;
  readonly read: boolean;
  readonly apply: boolean;
  readonly history: boolean;
  readonly fire: boolean;
}

export const canOf = (driver: AnyDriver): Can => ({
  discover: driver.discover !== undefined,
  read: driver.read !== undefined,
  apply: driver.apply !== undefined,
  history: driver.attempts !== undefined,
  fire: driver.fire !== undefined,
});
