/** Stores one segment of the spool: places what could not be placed when it came, records it, tells what is refused. */
import { isDatabaseAway } from "#lib/db/away.ts";
import type { DiscardedCheckIn, DiscardedReason } from "#lib/evidence/discarded.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import type { Claim, Placed } from "#lib/evidence/placing.ts";
import type { SpooledCheckIn } from "#lib/evidence/spool/frame.ts";
import type { Segment } from "#lib/evidence/spool/spool.ts";
import { recordApart } from "./apart.ts";
import type { RecordBatch } from "./pending.ts";

export interface DrainOptions {
  readonly record: RecordBatch;
  /** Looks up, and makes what is to be made, as of when the check-in came. */
  readonly place: (claim: Claim, receivedAt: Incoming["receivedAt"]) => Promise<Placed>;
  readonly discard: (one: DiscardedCheckIn) => void;
  /** Keeps what the database refuses, whole. */
  readonly setAside: (records: readonly SpooledCheckIn[]) => Promise<void>;
}

const BATCH = 500;
const BATCH_BYTES = 8_000_000;

/** False when the database went away before the end: the segment is stored again later, to no effect where it was. */
export async function storeSegment(segment: Segment, options: DrainOptions): Promise<boolean> {
  const refused: SpooledCheckIn[] = [];
  // Told at the end, so that a segment that is stored in two goes counts them once.
  const discarded: DiscardedCheckIn[] = [];
  for (const batch of batches(segment.records)) {
    const placed = await placeAll(batch, options, { discarded, refused });
    if (placed === null) return false;
    const fates = await recordApart(
      options.record,
      placed.map(({ incoming }) => incoming),
    );
    if (fates.includes("unstored")) return false;
    for (const [index, one] of placed.entries()) {
      const fate = fates[index];
      if (fate === "archived") discarded.push(told(one, "archived", null));
      else if (typeof fate === "object") {
        discarded.push(told(one, "not_storable", messageOf(fate.refused)));
        refused.push(one);
      }
    }
  }
  // Where the disk takes no more it is kept as discarded alone: the rest must not wait for it.
  if (refused.length > 0) await options.setAside(refused).catch(() => {});
  for (const one of discarded) options.discard(one);
  return true;
}

async function placeAll(
  batch: readonly SpooledCheckIn[],
  options: DrainOptions,
  { discarded, refused }: { readonly discarded: DiscardedCheckIn[]; readonly refused: SpooledCheckIn[] },
): Promise<SpooledCheckIn[] | null> {
  const placed: SpooledCheckIn[] = [];
  for (const one of batch) {
    if (one.unplaced === null) {
      placed.push(one);
      continue;
    }
    let answer: Placed;
    try {
      answer = await options.place(one.unplaced, one.incoming.receivedAt);
    } catch (thrown) {
      if (isDatabaseAway(thrown)) return null;
      discarded.push(told(one, "not_storable", messageOf(thrown)));
      refused.push(one);
      continue;
    }
    if (answer.kind === "unchecked") return null;
    if (answer.kind === "placed") {
      placed.push({ ...one, incoming: { ...one.incoming, scheduleId: answer.scheduleId } });
    } else if (answer.kind === "refused") {
      const { slug, scheduleId, detail } = answer;
      discarded.push(told({ ...one, slug, scheduleId }, answer.reason, detail));
    } else discarded.push(told({ ...one, slug: answer.slug }, "unknown_slug", null));
  }
  return placed;
}

interface Told extends SpooledCheckIn {
  readonly slug?: string | null;
  readonly scheduleId?: string | null;
}

function told(one: Told, reason: DiscardedReason, detail: string | null): DiscardedCheckIn {
  const { incoming, path, unplaced } = one;
  return {
    reason,
    path,
    sender: incoming.remoteAddress ?? "unknown",
    slug: one.slug ?? (unplaced?.address.form === "slug" ? unplaced.address.slug : null),
    detail,
    scheduleId: one.scheduleId ?? (incoming.scheduleId || null),
    userAgent: incoming.userAgent,
    at: incoming.receivedAt,
  };
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

function* batches(records: readonly SpooledCheckIn[]): Generator<readonly SpooledCheckIn[]> {
  let batch: SpooledCheckIn[] = [];
  let bytes = 0;
  for (const one of records) {
    batch.push(one);
    bytes += 1_000 + (one.incoming.body?.length ?? 0);
    if (batch.length < BATCH && bytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}
