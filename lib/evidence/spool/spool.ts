/**
 * Check-ins on disk while the database is away: segments that are only appended to, read oldest first, and removed when
 * all that is in them has been stored.
 *
 * What a crash leaves: between a write and its sync a torn tail, which is dropped, since nobody was answered for it;
 * between storing and removing a segment whose check-ins are stored again to no effect, by their ids.
 */
import { join } from "node:path";
import { diskFiles, type SegmentFile, type SpoolFiles } from "./files.ts";
import { decodeFrames, encodeFrame, type SpooledCheckIn } from "./frame.ts";

export interface Segment {
  readonly name: string;
  readonly records: readonly SpooledCheckIn[];
  /** Bytes of it that cannot be read: removing keeps the file, under another name. */
  readonly damaged: number;
}

export interface Spool {
  /** Records that are on disk and not removed. */
  readonly waiting: number;
  /** Files not removed. */
  readonly segments: number;
  /** Bytes on disk, about. */
  readonly bytes: number;
  /** Whether writes are under way or asked for. */
  readonly writing: boolean;
  /** Why the last write failed; `null` when it went well. */
  readonly failure: string | null;
  /** Resolves when they are on disk for good; rejects when they cannot be: then none of them is. */
  append(records: readonly SpooledCheckIn[]): Promise<void>;
  /** Whether it could be written to now; sets `failure`. */
  probe(): Promise<boolean>;
  /** The oldest segment, closed for writing; `null` when there is none. */
  oldest(): Promise<Segment | null>;
  remove(segment: Segment): Promise<void>;
  /** Writes a record that the database refuses aside, where nothing replays it. */
  setAside(records: readonly SpooledCheckIn[]): Promise<void>;
  /** Resolves when what was asked for so far has been done, or has failed. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface SpoolOptions {
  /** Made when it is missing. */
  readonly folder: string;
  readonly files?: SpoolFiles;
  readonly onTrouble?: (message: string) => void;
}

const SEGMENT = /^\d{12}\.spool$/;
const NUMBERED = /^(\d{12})\./;
const SEGMENT_BYTES = 8_000_000;
/** What one write and its sync carry at most, so that memory stays small with bodies of 100 kB. */
const GROUP_BYTES = 4_000_000;
const PROBE = Buffer.alloc(4_096);

interface Waiting {
  readonly frames: Buffer;
  readonly count: number;
  resolve(): void;
  reject(thrown: unknown): void;
}

interface Kept {
  count: number;
  bytes: number;
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

export async function openSpool({ folder, files = diskFiles, onTrouble }: SpoolOptions): Promise<Spool> {
  await files.makeFolder(folder);
  const kept = new Map<string, Kept>();
  let number = 0;
  for (const name of (await files.list(folder)).sort()) {
    number = Math.max(number, Number(NUMBERED.exec(name)?.[1] ?? 0));
    if (!SEGMENT.test(name)) continue;
    const bytes = await files.read(join(folder, name));
    const { records, torn, damaged } = decodeFrames(bytes);
    if (torn > 0) onTrouble?.(`${name}: the last write was cut short by a crash, ${torn} bytes are dropped`);
    if (damaged > 0) onTrouble?.(`${name}: ${damaged} bytes are damaged and skipped`);
    kept.set(name, { count: records.length, bytes: bytes.length });
  }

  const queue: Waiting[] = [];
  let active: { readonly name: string; readonly file: SegmentFile; readonly kept: Kept } | null = null;
  let failure: string | null = null;
  // One thing at a time happens to the files: a write, a rotation, a probe.
  let turn: Promise<unknown> = Promise.resolve();
  let busy = false;
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const result = turn.then(act);
    turn = result.catch(() => {});
    return result;
  };

  const newFile = async (): Promise<NonNullable<typeof active>> => {
    const name = `${String(++number).padStart(12, "0")}.spool`;
    const file = await files.create(join(folder, name));
    try {
      await files.syncFolder(folder);
    } catch (thrown) {
      await file.close().catch(() => {});
      await files.remove(join(folder, name)).catch(() => {});
      throw thrown;
    }
    const made = { name, file, kept: { count: 0, bytes: 0 } };
    kept.set(name, made.kept);
    return made;
  };
  const closeActive = async (): Promise<void> => {
    const closing = active;
    active = null;
    await closing?.file.close().catch(() => {});
    if (closing && closing.kept.count === 0) {
      kept.delete(closing.name);
      await files.remove(join(folder, closing.name)).catch(() => {});
    }
  };

  const writeGroup = async (group: readonly Waiting[]): Promise<void> => {
    active ??= await newFile();
    const { file, kept: into } = active;
    try {
      const bytes = Buffer.concat(group.map((waiting) => waiting.frames));
      await file.append(bytes);
      await file.sync();
      into.bytes += bytes.length;
      for (const waiting of group) into.count += waiting.count;
    } catch (thrown) {
      // Half of it may be there: cut it off, and begin another file, so that nothing is written behind a torn record.
      await file.truncate(into.bytes).catch(() => {});
      await closeActive();
      throw thrown;
    }
    if (into.bytes >= SEGMENT_BYTES) await closeActive();
  };
  const nextGroup = (): Waiting[] => {
    let bytes = 0;
    let count = 0;
    for (const waiting of queue) {
      if (count > 0 && bytes + waiting.frames.length > GROUP_BYTES) break;
      bytes += waiting.frames.length;
      count++;
    }
    return queue.splice(0, count);
  };
  const writeAll = async (): Promise<void> => {
    while (queue.length > 0) {
      const group = nextGroup();
      try {
        await writeGroup(group);
        failure = null;
        for (const waiting of group) waiting.resolve();
      } catch (thrown) {
        if (failure === null) onTrouble?.(`check-ins cannot be written to ${folder}: ${messageOf(thrown)}`);
        failure = messageOf(thrown);
        for (const waiting of group) waiting.reject(thrown);
      }
    }
    busy = false;
  };
  const sum = (of: (one: Kept) => number): number => {
    let total = 0;
    for (const one of kept.values()) total += of(one);
    return total;
  };

  return {
    get waiting() {
      return sum((one) => one.count);
    },
    get segments() {
      return kept.size;
    },
    get bytes() {
      return sum((one) => one.bytes);
    },
    get writing() {
      return busy;
    },
    get failure() {
      return failure;
    },
    append(records) {
      return new Promise<void>((resolve, reject) => {
        const frames =
          records.length === 1 && records[0] ? encodeFrame(records[0]) : Buffer.concat(records.map(encodeFrame));
        queue.push({ frames, count: records.length, resolve, reject });
        if (busy) return;
        busy = true;
        void inTurn(writeAll);
      });
    },
    probe: () =>
      inTurn(async () => {
        const file = join(folder, "probe");
        try {
          await files.remove(file);
          const made = await files.create(file);
          try {
            await made.append(PROBE);
            await made.sync();
          } finally {
            await made.close().catch(() => {});
            await files.remove(file).catch(() => {});
          }
          failure = null;
        } catch (thrown) {
          failure = messageOf(thrown);
        }
        return failure === null;
      }),
    oldest: () =>
      inTurn(async () => {
        const name = [...kept.keys()].sort()[0];
        if (name === undefined) return null;
        if (active?.name === name) {
          await closeActive();
          if (!kept.has(name)) return null;
        }
        const { records, damaged } = decodeFrames(await files.read(join(folder, name)));
        return { name, records, damaged };
      }),
    remove: ({ name, damaged }) =>
      inTurn(async () => {
        const file = join(folder, name);
        if (damaged > 0) await files.rename(file, `${file}.damaged`);
        else await files.remove(file);
        kept.delete(name);
      }),
    setAside: (records) =>
      inTurn(async () => {
        const name = join(folder, `${String(++number).padStart(12, "0")}.refused`);
        const file = await files.create(name);
        try {
          await file.append(Buffer.concat(records.map(encodeFrame)));
          await file.sync();
        } finally {
          await file.close().catch(() => {});
        }
      }),
    settled: () => inTurn(async () => {}),
    close: () => inTurn(closeActive),
  };
}
