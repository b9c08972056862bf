import { inTransaction } from "#lib/db/transaction.ts";
import { ok, type Result } from "#lib/problem.ts";
import { DAY, millis, minus } from "#lib/time/instant.ts";
import type { Context } from "./context.ts";
import { ATTEMPT_WINDOW } from "./sign-in-limit.ts";
import { deleteAttemptsBefore, deleteLinksEndedBefore, deleteSessionsEndedBefore } from "./store/purge.ts";

const KEPT = millis(30 * DAY);

/** Clears away what has been over for long: failed attempts, sessions, links. For a loop, once an hour or so. */
export const purgeAccess = ({ now }: Pick<Context, "now">): Promise<Result<null>> =>
  inTransaction(async (tx) => {
    await deleteAttemptsBefore(tx, minus(now, ATTEMPT_WINDOW));
    await deleteSessionsEndedBefore(tx, minus(now, KEPT));
    await deleteLinksEndedBefore(tx, minus(now, KEPT));
    return ok(null);
  });
