import { randomFillSync, randomInt } from "node:crypto";
import { v7 } from "uuid";
import type { Instant } from "#lib/time/instant.ts";

/** The counter of RFC 9562, 6.2 (method 1), half of its 32 bits left for counting within a millisecond. */
const ROOM = 2 ** 31;
let last: { msecs: number; seq: number } = { msecs: -1, seq: 0 };

/** Random bytes are drawn for 256 ids at once: drawing them for each costs more than the rest of a check-in's id. */
const BYTES = 16;
const pool = new Uint8Array(256 * BYTES);
let used = pool.length;

function random(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return pool.subarray(used - BYTES, used);
}

/** A UUID, version 7: ids that a process makes later sort later, also within a millisecond and in an index. */
export function newId(now: Instant): string {
  last = { msecs: now, seq: now === last.msecs ? (last.seq + 1) >>> 0 : randomInt(ROOM) };
  return v7({ ...last, random: random() });
}
