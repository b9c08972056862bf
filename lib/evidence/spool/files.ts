/** What the spool does to the disk, so that a test can let the disk be full. */
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";

export interface SegmentFile {
  /** Writes all of it behind what is there, or rejects. */
  append(bytes: Buffer): Promise<void>;
  /** What was written so far survives a power cut when it resolves. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface SpoolFiles {
  makeFolder(folder: string): Promise<void>;
  /** File names. */
  list(folder: string): Promise<string[]>;
  /** Rejects when there is one. */
  create(file: string): Promise<SegmentFile>;
  read(file: string): Promise<Buffer>;
  remove(file: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  syncFolder(folder: string): Promise<void>;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function appendAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  // With a disk that is nearly full a write takes a part, and the next one fails.
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}

export const diskFiles: SpoolFiles = {
  async makeFolder(folder) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  },
  list: (folder) => readdir(folder),
  async create(file) {
    const handle = await open(file, "ax", 0o600);
    return {
      append: (bytes) => appendAll(handle, bytes),
      sync: () => handle.datasync(),
      truncate: (length) => handle.truncate(length),
      close: () => handle.close(),
    };
  },
  read: (file) => readFile(file),
  remove: (file) => rm(file, { force: true }),
  rename: (from, to) => rename(from, to),
  syncFolder,
};
