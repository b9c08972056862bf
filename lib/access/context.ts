import type { Tx } from "#lib/db/transaction.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Actor } from "./actor.ts";

/** What every use case is told besides its input: who asks, when, and the transaction where there is one already. */
export interface Context {
  readonly actor: Actor;
  readonly now: Instant;
  readonly tx?: Tx;
}

/** There is one project for now; every table carries it. */
export const PROJECT = 1;
