/**
 * How a spooled check-in lies on disk: length, CRC-32, then the payload: the length of its head, the head as JSON, and
 * the body's bytes. Numbers are 32 bits, little-endian.
 */
import { crc32 } from "node:zlib";
import type { Incoming } from "#lib/evidence/incoming.ts";
import type { Claim } from "#lib/evidence/placing.ts";

export interface SpooledCheckIn {
  /** With an empty `scheduleId` where it is still to be placed. */
  readonly incoming: Incoming;
  readonly unplaced: Claim | null;
  /** For the list of discarded ones, with keys shortened. */
  readonly path: string;
}

const PREFIX_BYTES = 8;
const HEAD_LENGTH_BYTES = 4;
/** Longer than any: a length beyond it is no length. */
const LONGEST = 1_000_000;

export function encodeFrame({ incoming, unplaced, path }: SpooledCheckIn): Buffer {
  const { body, ...rest } = incoming;
  const head = Buffer.from(JSON.stringify({ ...rest, unplaced, path, hasBody: body !== null }));
  const length = HEAD_LENGTH_BYTES + head.length + (body?.length ?? 0);
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + length);
  frame.writeUInt32LE(length, 0);
  frame.writeUInt32LE(head.length, PREFIX_BYTES);
  head.copy(frame, PREFIX_BYTES + HEAD_LENGTH_BYTES);
  body?.copy(frame, PREFIX_BYTES + HEAD_LENGTH_BYTES + head.length);
  frame.writeUInt32LE(crc32(frame.subarray(PREFIX_BYTES)), 4);
  return frame;
}

export interface Decoded {
  readonly records: readonly SpooledCheckIn[];
  /** Bytes that hold no whole record, at the end: a write that a crash cut short, and that nobody was answered for. */
  readonly torn: number;
  /** Bytes in the middle that are damaged: the disk's doing, not a crash's. */
  readonly damaged: number;
}

function decodePayload(payload: Buffer): SpooledCheckIn | null {
  const headLength = payload.readUInt32LE(0);
  const headEnd = HEAD_LENGTH_BYTES + headLength;
  if (headEnd > payload.length) return null;
  try {
    const head = JSON.parse(payload.toString("utf8", HEAD_LENGTH_BYTES, headEnd));
    const { unplaced, path, hasBody, ...rest } = head;
    return { incoming: { ...rest, body: hasBody ? payload.subarray(headEnd) : null }, unplaced, path };
  } catch {
    return null;
  }
}

/** The end of the frame that begins here, or `null` where none whole and sound does. */
function soundEnd(bytes: Buffer, from: number): number | null {
  if (from + PREFIX_BYTES + HEAD_LENGTH_BYTES > bytes.length) return null;
  const length = bytes.readUInt32LE(from);
  const end = from + PREFIX_BYTES + length;
  if (length < HEAD_LENGTH_BYTES || length > LONGEST || end > bytes.length) return null;
  return crc32(bytes.subarray(from + PREFIX_BYTES, end)) === bytes.readUInt32LE(from + 4) ? end : null;
}

/** Reads a segment. A torn tail ends it; behind damage the next sound record is looked for. */
export function decodeFrames(bytes: Buffer): Decoded {
  const records: SpooledCheckIn[] = [];
  let damaged = 0;
  let at = 0;
  while (at < bytes.length) {
    const end = soundEnd(bytes, at);
    const record = end === null ? null : decodePayload(bytes.subarray(at + PREFIX_BYTES, end));
    if (end !== null && record !== null) {
      records.push(record);
      at = end;
      continue;
    }
    let next = end ?? at + 1;
    while (next < bytes.length && soundEnd(bytes, next) === null) next++;
    if (next >= bytes.length) return { records, torn: bytes.length - at, damaged };
    damaged += next - at;
    at = next;
  }
  return { records, torn: 0, damaged };
}
