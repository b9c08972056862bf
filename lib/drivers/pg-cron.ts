/** pg_cron: jobs of somebody's PostgreSQL (https://github.com/citusdata/pg_cron, 1.4 and later). */
import type { Driver } from "./driver.ts";
import { POSTGRES_FIELDS, type PostgresConfig } from "./postgres.ts";

export const pgCron: Driver<PostgresConfig> = {
  kind: "pg-cron",
  label: "pg_cron",
  fields: POSTGRES_FIELDS,
  refWords: "the name of the job, or its jobid",
  cannot: [
    "Rollcall only watches it for now: it proposes nothing, reads and sets nothing, asks for no history, fires nothing.",
  ],
};
