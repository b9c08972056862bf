import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, inject } from "vitest";
import { type Config, parseConfig } from "#lib/config.ts";
import { makePrisma } from "#lib/db/prisma.ts";
import type { Sql } from "#lib/db/sql.ts";
import { sqlOf } from "#lib/db/transaction.ts";
import { type Runtime, startRuntime, stopRuntime } from "#lib/runtime.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { TEMPLATE } from "./global-setup.ts";

/** A clock that a test sets. */
export interface TestClock {
  at: Instant;
  now(): Instant;
}

export interface TestDatabase {
  readonly runtime: Runtime;
  readonly pool: pg.Pool;
  readonly sql: Sql;
  readonly clock: TestClock;
  readonly connection: { readonly host: string; readonly user: string; readonly database: string };
}

const testConfig = (): Config => {
  const parsed = parseConfig({ ROLLCALL_SECRET: "only-for-tests-0123456789" }, { root: false });
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return { ...parsed.value, secret: parsed.value.secret ?? "" };
};

/**
 * A database of its own for a test file, a copy of the migrated template, and a runtime over it whose clock the test
 * sets (it begins at 2027-01-12T00:00:00Z). Call it once, at the top of the file.
 */
export function useDatabase(): TestDatabase {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const server = inject("database");
  const connection = { ...server, database: name };
  const clock: TestClock = {
    at: instant(Date.UTC(2027, 0, 12)),
    now() {
      return this.at;
    },
  };
  const held: { pool?: pg.Pool; runtime?: Runtime } = {};
  const admin = async (text: string): Promise<void> => {
    const client = new pg.Client({ ...server, database: "postgres" });
    await client.connect();
    // Copies of one template wait for each other.
    await client.query("SELECT pg_advisory_lock(1)");
    await client.query(text);
    await client.end();
  };
  beforeAll(async () => {
    await admin(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`);
    held.pool = new pg.Pool({ ...connection, max: 12, application_name: "rollcall", options: "-c timezone=UTC" });
    held.runtime = startRuntime({ config: testConfig(), pool: held.pool, prisma: makePrisma(held.pool), clock });
  }, 60_000);
  afterAll(async () => {
    await stopRuntime();
    await admin(`DROP DATABASE ${name}`);
  }, 60_000);
  const missing = (): never => {
    throw new Error("the database is there from beforeAll on");
  };
  return {
    get runtime() {
      return held.runtime ?? missing();
    },
    get pool() {
      return held.pool ?? missing();
    },
    get sql() {
      return sqlOf(held.pool ?? missing());
    },
    clock,
    connection,
  };
}
