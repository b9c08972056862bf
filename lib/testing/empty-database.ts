import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, inject } from "vitest";

export interface Address {
  readonly host: string;
  readonly user: string;
  readonly database: string;
}

/** Databases without a schema, dropped when the file is done. Call it once, at its top. */
export function useEmptyDatabases(): () => Promise<Address> {
  const server = inject("database");
  const made: string[] = [];
  const admin = async (text: string): Promise<void> => {
    const client = new pg.Client({ ...server, database: "postgres" });
    await client.connect();
    await client.query(text);
    await client.end();
  };
  afterAll(async () => {
    for (const name of made) await admin(`DROP DATABASE ${name} WITH (FORCE)`);
  });
  return async () => {
    const database = `empty_${randomUUID().replaceAll("-", "")}`;
    await admin(`CREATE DATABASE ${database}`);
    made.push(database);
    return { ...server, database };
  };
}

/** One statement over a connection of its own. */
export async function rowsOf<Row extends pg.QueryResultRow>(at: Address, text: string): Promise<Row[]> {
  const client = new pg.Client({ ...at });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
