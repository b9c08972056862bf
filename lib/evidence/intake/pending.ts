/** A check-in that waits to be stored, and for whose sake a client waits. */
import type { Incoming } from "#lib/evidence/incoming.ts";
import type { Claim } from "#lib/evidence/placing.ts";
import type { SpooledCheckIn } from "#lib/evidence/spool/frame.ts";

export type Recorded = "stored" | "archived";

/** As `lib/engine/record.ts` has it; handed in, since the engine stands above. */
export type RecordBatch = (items: readonly Incoming[]) => Promise<readonly Recorded[]>;

export type Settlement =
  /** In the database for good. */
  | "stored"
  /** On disk for good. */
  | "spooled"
  | "archived"
  /** Neither database nor disk takes it, or too many wait. */
  | "full"
  /** The database refuses it. */
  | "refused";

export interface Pending {
  /** With an empty `scheduleId` where `claim` says that it is still to be placed. */
  readonly incoming: Incoming;
  readonly claim: Claim | null;
  /** With keys shortened. */
  path(): string;
  settle(how: Settlement): void;
}

export const toSpooled = (pending: Pending): SpooledCheckIn => ({
  incoming: pending.incoming,
  unplaced: pending.claim,
  path: pending.path(),
});

/** What it holds in memory, about. */
export const weight = ({ incoming }: Pending): number => 1_000 + (incoming.body?.length ?? 0);
