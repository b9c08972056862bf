/** How drivers reach somebody's PostgreSQL: one connection for one question or round of readings, with limits, and errors without secrets. */
import pg from "pg";
import type { Answer, DriverProblem } from "./driver.ts";
import { address, type ConfigOf, choice, secret, text, textOr, whole } from "./fields.ts";
import { askOver, type Kept, type Way } from "./kept.ts";

export const POSTGRES_FIELDS = {
  host: address(text("the host where PostgreSQL listens, or the folder of its socket")),
  port: address(whole({ min: 1, max: 65_535, fallback: 5_432 }, "its port")),
  database: text("the database"),
  user: textOr("rollcall", "the role to sign in as"),
  password: secret("the password of that role; without one the server has to trust it"),
  tls: address(
    choice(
      ["verify", "unverified", "off"],
      "verify",
      "whether the connection is encrypted: with a certificate that is checked, with any, or not at all",
    ),
  ),
} as const;
export type PostgresConfig = ConfigOf<typeof POSTGRES_FIELDS>;

/** In ms: until connected, and for one statement. */
const CONNECT = 5_000;
const STATEMENT = 10_000;

/** Thrown by work on a connection to leave it with a problem. */
export class DriverRefusal extends Error {
  constructor(readonly problem: DriverProblem) {
    super(problem.sentence);
  }
}

const codeOf = (thrown: unknown): string | null =>
  typeof thrown === "object" && thrown !== null && "code" in thrown && typeof thrown.code === "string"
    ? thrown.code
    : null;
const words = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : "").replace(/\s+/g, " ").trim().slice(0, 300);

/** SQLSTATE classes after which it is not known whether anything took effect, and codes of the system. */
const GONE = /^(?:08|57P|53)|^E[A-Z]+$/;

/** What an error of PostgreSQL means for a driver. Its message names roles, tables and hosts, and never a password. */
function postgresProblem(thrown: unknown): DriverProblem {
  if (thrown instanceof DriverRefusal) return thrown.problem;
  const code = codeOf(thrown);
  if (code === null || GONE.test(code))
    return {
      kind: "unreachable",
      sentence: `PostgreSQL does not answer: ${words(thrown) || code || "no reason given"}.`,
    };
  if (code === "57014")
    return { kind: "unreachable", sentence: `PostgreSQL took longer than ${STATEMENT / 1_000} s to answer.` };
  return { kind: "refused", sentence: `PostgreSQL refused: ${words(thrown)} (${code}).` };
}

const tlsOf = (tls: PostgresConfig["tls"]): false | { readonly rejectUnauthorized: boolean } =>
  tls === "off" ? false : { rejectUnauthorized: tls === "verify" };

/** Those that broke: a client of pg tells of it once, by an event. */
const broken = new WeakSet<pg.Client>();

const wayTo = (config: PostgresConfig, statement: number): Way<pg.Client, Extract<Answer<never>, { ok: false }>> => ({
  async open() {
    const client = new pg.Client({
      host: config.host,
      port: config.port,
      database: config.database,
      user: config.user,
      password: config.password ?? "",
      ssl: config.host.startsWith("/") ? false : tlsOf(config.tls),
      application_name: "rollcall",
      connectionTimeoutMillis: CONNECT,
      statement_timeout: statement,
      query_timeout: statement + 2_000,
      lock_timeout: 5_000,
    });
    // A connection that breaks while nothing runs on it would otherwise end the process.
    for (const event of ["error", "end"] as const) client.on(event, () => broken.add(client));
    try {
      await client.connect();
      return client;
    } catch (thrown) {
      await client.end().catch(() => {});
      throw thrown;
    }
  },
  isWell: (client) => !broken.has(client),
  async clean(client) {
    await client.query("ROLLBACK");
    await client.query("DISCARD ALL");
  },
  close: (client) => client.end().catch(() => {}),
  failed: (thrown) => ({ ok: false, problem: postgresProblem(thrown) }),
});

/** Runs `work` on a connection of its own, which is closed whatever happens, or on one that is kept. */
export const withPostgres = <T>(
  config: PostgresConfig,
  work: (client: pg.ClientBase) => Promise<T>,
  { statement = STATEMENT, kept }: { readonly statement?: number; readonly kept?: Kept | undefined } = {},
): Promise<Answer<T>> =>
  askOver(kept, {
    ...{ config, way: wayTo(config, statement) },
    work: async (client: pg.Client): Promise<Answer<T>> => ({ ok: true, value: await work(client) }),
  });
