/** The two kinds of databases that a table of runs may lie in: read-only, bounded in time, identifiers quoted. */
import type { Connection } from "mysql2/promise";
import pg from "pg";
import { no, reasonOf } from "./answer.ts";
import type { Answer } from "./driver.ts";
import { DriverRefusal, withPostgres } from "./postgres.ts";

export type Row = Readonly<Record<string, string | null>>;

export interface Engine {
  /** `public.runs` → quoted, part by part. */
  readonly quoted: (name: string) => string;
  /** The text of a column, whatever its type. */
  readonly asText: (expression: string) => string;
  readonly placeholder: (index: number) => string;
  /** A text compared with a column that holds moments or wall-clock times. */
  readonly bound: (placeholder: string, form: "moment" | "wall" | "count") => string;
  /** The declared type of each column, by name in small letters. */
  readonly types: (table: string) => { readonly text: string; readonly values: readonly string[] };
}

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string | undefined;
  readonly tls: "verify" | "unverified" | "off";
}

export type Ask = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

/** One column of a name that may hold anything. */
const parts = (name: string): readonly string[] => name.split(".").map((part) => part.trim());

export const POSTGRES: Engine = {
  quoted: (name) => parts(name).map(pg.escapeIdentifier).join("."),
  asText: (expression) => `(${expression})::text`,
  placeholder: (index) => `$${index}`,
  bound: (placeholder, form) =>
    `${placeholder}::text::${form === "moment" ? "timestamptz" : form === "wall" ? "timestamp" : "numeric"}`,
  types: (table) => ({
    text: `SELECT lower(attname::text) AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
            WHERE attrelid = to_regclass($1::text) AND attnum > 0 AND NOT attisdropped`,
    values: [POSTGRES.quoted(table)],
  }),
};

const backticked = (name: string): string => `\`${name.replaceAll("`", "``")}\``;

export const MYSQL: Engine = {
  quoted: (name) => parts(name).map(backticked).join("."),
  asText: (expression) => `CAST(${expression} AS CHAR)`,
  placeholder: () => "?",
  bound: (placeholder, form) =>
    form === "count" ? `CAST(${placeholder} AS DECIMAL(20))` : `CAST(${placeholder} AS DATETIME(3))`,
  types: (table) => {
    const [name = "", schema = null] = [...parts(table)].reverse();
    return {
      text: `SELECT lower(column_name) AS name, lower(data_type) AS type FROM information_schema.columns
              WHERE table_name = ? AND table_schema = ${schema === null ? "database()" : "?"}`,
      values: schema === null ? [name] : [name, schema],
    };
  },
};

/** In a transaction that can write nothing. */
export const readPostgres = <T>(address: Address, work: (ask: Ask) => Promise<T>): Promise<Answer<T>> =>
  withPostgres(address, async (client) => {
    await client.query("SET TIME ZONE 'UTC'; SET datestyle TO ISO; BEGIN READ ONLY");
    return work(async (text, values = []) => (await client.query<Row>(text, [...values])).rows);
  });

const CONNECT = 5_000;
const STATEMENT_SECONDS = 10;

/** Codes of the system, and of servers that go away (MySQL manual, Client Error Reference). */
const GONE = /^(?:E[A-Z]+|PROTOCOL_CONNECTION_LOST|ER_CON_COUNT_ERROR|ER_SERVER_SHUTDOWN)$/;

function mysqlProblem(thrown: unknown): Extract<Answer<never>, { ok: false }> {
  if (thrown instanceof DriverRefusal) return { ok: false, problem: thrown.problem };
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  if (GONE.test(code) && !code.startsWith("ER_"))
    return no("unreachable", `MySQL does not answer: ${reasonOf(thrown)} (${code}).`);
  return no("refused", `MySQL refused: ${reasonOf(thrown)}${code === "" ? "" : ` (${code})`}.`);
}

/** As `readPostgres`. */
export async function readMysql<T>(address: Address, work: (ask: Ask) => Promise<T>): Promise<Answer<T>> {
  const { host, port, database, user, password = "", tls } = address;
  let connection: Connection | null = null;
  try {
    // Loaded by the first question: most installations ask no MySQL.
    const { createConnection } = await import("mysql2/promise");
    connection = await createConnection({
      ...(host.startsWith("/") ? { socketPath: host } : { host, port }),
      ...{ database, user, password, connectTimeout: CONNECT, supportBigNumbers: true, bigNumberStrings: true },
      ...(tls === "off" || host.startsWith("/") ? {} : { ssl: { rejectUnauthorized: tls === "verify" } }),
    });
    const open = connection;
    const ask: Ask = async (text, values = []) => {
      const statement = { sql: text, timeout: STATEMENT_SECONDS * 1_000 + 2_000 };
      // Values go beside the statement, never into its text: how a server reads a quoted text is its own setting.
      const [rows] = await (values.length === 0 ? open.query(statement) : open.execute(statement, values.map(String)));
      return Array.isArray(rows) ? (rows as unknown as readonly Row[]) : [];
    };
    await ask("SET SESSION time_zone = '+00:00'");
    // MySQL counts milliseconds, MariaDB seconds; each knows only its own.
    await ask(`SET SESSION max_execution_time = ${STATEMENT_SECONDS * 1_000}`).catch(() =>
      ask(`SET SESSION max_statement_time = ${STATEMENT_SECONDS}`).catch(() => []),
    );
    await ask("START TRANSACTION READ ONLY");
    return { ok: true, value: await work(ask) };
  } catch (thrown) {
    return mysqlProblem(thrown);
  } finally {
    connection?.destroy();
  }
}
