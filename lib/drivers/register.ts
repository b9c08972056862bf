/** Every driver that needs a connection, by its kind: one line a member. */
import type { ConnectedKind } from "#lib/schedules/schema.ts";
import { bullmq } from "./bullmq.ts";
import { crontab } from "./crontab.ts";
import type { AnyDriver } from "./driver.ts";
import { kubernetes } from "./kubernetes.ts";
import { pgCron } from "./pg-cron.ts";

const DRIVERS = {
  "pg-cron": pgCron,
  bullmq,
  crontab,
  kubernetes,
  sql: unwritten("sql", "SQL table of runs"),
  webhook: unwritten("webhook", "Webhook"),
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

function unwritten(kind: ConnectedKind, label: string): AnyDriver {
  return { kind, label, fields: {}, refWords: "the job", cannot: ["Rollcall only watches it for now."] };
}
