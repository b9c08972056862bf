import pg from "pg";

export interface PoolOptions {
  /** A URL, or the embedded database's address. */
  readonly connection: string | { readonly host: string; readonly user: string; readonly database: string };
  /** Connections at most; the embedded database takes 60 in all. */
  readonly max: number;
  /** An idle connection broke: the next query opens a new one. */
  readonly onIdleError: (thrown: Error) => void;
}

/** Sessions by this name are Rollcall's: `npm run restore` looks whether there are any. */
const APPLICATION_NAME = "rollcall";

export function makePool({ connection, max, onIdleError }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...clientConfig(connection),
    max,
    connectionTimeoutMillis: 10_000,
    // A new connection costs PostgreSQL a process that has to learn every table again, 0.17 s of it: schedules of every
    // minute must find those of the minute before.
    idleTimeoutMillis: 600_000,
    keepAlive: true,
    // A database that vanished without a word would be waited for until the kernel gives up, a quarter of an hour.
    query_timeout: 60_000,
  });
  pool.on("error", onIdleError); // without a listener it would end the process
  // So would one that breaks while a transaction has it: the pool listens to idle ones only. Its queries reject.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

export const clientConfig = (connection: PoolOptions["connection"]): pg.ClientConfig => ({
  ...(typeof connection === "string" ? { connectionString: connection } : connection),
  application_name: APPLICATION_NAME,
  // Rows are read and judged in UTC, whatever the server's own setting.
  options: "-c timezone=UTC",
});
