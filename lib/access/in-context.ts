import type { Sql } from "#lib/db/sql.ts";
import { inTransaction, sqlOf, type Tx } from "#lib/db/transaction.ts";
import type { Result } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import type { Context } from "./context.ts";

/** In the caller's transaction where there is one, else in one of its own. */
export const inContext = <T>(ctx: Context, work: (tx: Tx) => Promise<Result<T>>): Promise<Result<T>> =>
  ctx.tx ? work(ctx.tx) : inTransaction(work);

/** For a single read: the caller's transaction, else any connection. */
export const sqlIn = (ctx: Pick<Context, "tx">): Sql => ctx.tx ?? sqlOf(runtime().pool);
