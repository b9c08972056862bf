import type { Instant } from "#lib/time/instant.ts";
import type { CheckInKind } from "./check-in.ts";

/** A check-in on its way into the database: what the job said, and who said it. */
export interface Incoming {
  /** A UUID, version 7. The same id is stored once. */
  readonly id: string;
  readonly scheduleId: string;
  readonly at: Instant;
  readonly receivedAt: Instant;
  readonly kind: CheckInKind;
  readonly rid: string | null;
  readonly exitStatus: number | null;
  readonly window: Instant | null;
  /** Bytes as they came, at most the first 100,000. */
  readonly body: Buffer | null;
  /** Of the whole body, also of what was dropped. */
  readonly bodyBytes: number;
  readonly method: string;
  readonly remoteAddress: string | null;
  readonly userAgent: string | null;
  /** Who tells of it where the job does not itself: `dispatcher`, or the driver whose history says so. */
  readonly source?: string;
  /** Only with `close`: the run that a person ends. */
  readonly closes?: string | null;
}
