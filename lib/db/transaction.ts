import { createHash } from "node:crypto";
import type pg from "pg";
import type { Prisma, PrismaClient } from "#lib/db/generated/client.ts";
import { isProblemError, ProblemError, type Result, refuse } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import type { Sql } from "./sql.ts";
import { sqlStateOf } from "./sql-state.ts";

/** A transaction of a service: Prisma's client for what people edit, plain SQL for what must be fast. */
export interface Tx extends Sql {
  readonly prisma: Prisma.TransactionClient;
  /** Runs when the transaction has been committed, and only then. */
  afterCommit(act: () => void): void;
}

/** SQLSTATE class 40: the database took this transaction back, and it may be tried again as it is. */
const TRY_AGAIN = new Set(["40001", "40P01"]);

const mayTryAgain = (thrown: unknown): boolean => TRY_AGAIN.has(sqlStateOf(thrown) ?? "");

const ATTEMPTS = 4;

async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (thrown) {
      if (attempt === ATTEMPTS || !mayTryAgain(thrown)) throw thrown;
    }
  }
}

/**
 * Runs `work` in one transaction. A refusal rolls back whatever was written before it (Prisma would commit it), and is
 * returned; an exception rolls back and is thrown. `work` may run more than once, when the database asks for it.
 */
export async function inTransaction<T>(
  work: (tx: Tx) => Promise<Result<T>>,
  prisma: PrismaClient = runtime().prisma,
): Promise<Result<T>> {
  let after: (() => void)[] = [];
  try {
    const result = await retrying(() => {
      after = [];
      return prisma.$transaction(
        async (client) => {
          const answer = await work({
            prisma: client,
            query: <Row>(text: string, values: readonly unknown[] = []) =>
              client.$queryRawUnsafe<Row[]>(text, ...values),
            afterCommit: (act) => after.push(act),
          });
          if (!answer.ok) throw new ProblemError(answer.problem);
          return answer;
        },
        { maxWait: 10_000, timeout: 20_000 },
      );
    });
    for (const act of after) act();
    return result;
  } catch (thrown) {
    if (isProblemError(thrown)) return refuse(thrown.problem);
    throw thrown;
  }
}

/** Texts that have been met, with the names they are prepared under from their second use on. */
const prepared = new Map<string, string>();
const PREPARED_AT_MOST = 300;

/**
 * The name under which a text is prepared on every connection that meets it: planning a statement over partitions costs
 * several times what running it does. Texts are constants of the stores; beyond the limit the rest is planned each time.
 * The name is made of the text alone: Next evaluates this file again for its pages, over the same connections.
 */
function nameOf(text: string): string | undefined {
  const known = prepared.get(text);
  if (known !== undefined) return known;
  if (prepared.size < PREPARED_AT_MOST) {
    prepared.set(text, `rollcall_${createHash("sha256").update(text).digest("base64url").slice(0, 22)}`);
  }
  return undefined;
}

/** Statements on a connection of pg, or on any of a pool. */
export const sqlOf = (connection: pg.Pool | pg.ClientBase): Sql => ({
  query: async <Row>(text: string, values: readonly unknown[] = []) => {
    const name = nameOf(text);
    const result = await connection.query({ text, values: [...values], ...(name === undefined ? {} : { name }) });
    return result.rows as Row[];
  },
});

/** A transaction of the engine, on a connection of pg: an exception rolls back and is thrown. */
export async function inSqlTransaction<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  return retrying(async () => {
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      await client.query("BEGIN");
      const result = await work(sqlOf(client));
      await client.query("COMMIT");
      return result;
    } catch (thrown) {
      await client.query("ROLLBACK").catch((failed: Error) => {
        broken = failed;
      });
      throw thrown;
    } finally {
      client.release(broken);
    }
  });
}
