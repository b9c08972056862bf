import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { instant } from "#lib/time/instant.ts";
import { diskFiles, type SpoolFiles } from "./files.ts";
import { encodeFrame, type SpooledCheckIn } from "./frame.ts";
import { openSpool, type Spool } from "./spool.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-spool-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const record = (id: number, body = ""): SpooledCheckIn => ({
  incoming: {
    id: String(id),
    scheduleId: "s",
    at: instant(id),
    receivedAt: instant(id),
    kind: "success",
    rid: null,
    exitStatus: null,
    window: null,
    body: body === "" ? null : Buffer.from(body),
    bodyBytes: body.length,
    method: "GET",
    remoteAddress: null,
    userAgent: null,
  },
  unplaced: null,
  path: "/ping/s",
});

async function readAll(spool: Spool): Promise<string[]> {
  const ids: string[] = [];
  for (let segment = await spool.oldest(); segment; segment = await spool.oldest()) {
    ids.push(...segment.records.map(({ incoming }) => incoming.id));
    await spool.remove(segment);
  }
  return ids;
}

/** A disk that fails as a test says, in the middle of a write. */
function failingDisk() {
  const fail = { append: false, sync: false, truncate: false, create: false };
  const broken = () => Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  const files: SpoolFiles = {
    ...diskFiles,
    async create(file) {
      if (fail.create) throw broken();
      const made = await diskFiles.create(file);
      return {
        async append(bytes) {
          if (!fail.append) return made.append(bytes);
          await made.append(bytes.subarray(0, bytes.length >> 1));
          throw broken();
        },
        async sync() {
          if (fail.sync) throw broken();
          await made.sync();
        },
        async truncate(length) {
          if (fail.truncate) throw broken();
          await made.truncate(length);
        },
        close: () => made.close(),
      };
    },
  };
  return { files, fail };
}

describe("the spool", () => {
  it("gives back in order what was appended, also together, and then holds nothing", async () => {
    const spool = await openSpool({ folder });
    await Promise.all(Array.from({ length: 500 }, (_, i) => spool.append([record(i)])));
    await spool.append([record(500), record(501)]);
    expect(spool.waiting).toBe(502);
    expect(await readAll(spool)).toEqual(Array.from({ length: 502 }, (_, i) => String(i)));
    expect([spool.waiting, spool.segments, readdirSync(folder)]).toEqual([0, 0, []]);
    await spool.close();
  });

  it("has its files for itself", async () => {
    const spool = await openSpool({ folder: join(folder, "deeper") });
    await spool.append([record(1)]);
    const [name] = readdirSync(join(folder, "deeper"));
    expect(statSync(join(folder, "deeper", name ?? "")).mode & 0o077).toBe(0);
    expect(statSync(join(folder, "deeper")).mode & 0o077).toBe(0);
    await spool.close();
  });

  it("goes over several segments, and removes each by itself", async () => {
    const spool = await openSpool({ folder });
    const body = "x".repeat(100_000);
    for (let i = 0; i < 4; i++) await spool.append(Array.from({ length: 50 }, (_, k) => record(i * 50 + k, body)));
    expect(spool.segments).toBeGreaterThan(1);
    const first = await spool.oldest();
    if (first) await spool.remove(first);
    await spool.append([record(200)]);
    const ids = await readAll(spool);
    expect(ids.at(-1)).toBe("200");
    expect(ids.length + (first?.records.length ?? 0)).toBe(201);
    await spool.close();
  });

  it("is there after a kill, without what was being written", async () => {
    const before = await openSpool({ folder });
    await before.append([record(1), record(2)]);
    const [name = ""] = readdirSync(folder);
    appendFileSync(join(folder, name), encodeFrame(record(3)).subarray(0, 40)); // killed in the middle of a write
    const told: string[] = [];
    const after = await openSpool({ folder, onTrouble: (message) => told.push(message) });
    expect(after.waiting).toBe(2);
    await after.append([record(4)]); // never behind a torn record
    expect(await readAll(after)).toEqual(["1", "2", "4"]);
    expect(told.join()).toContain("40 bytes are dropped");
    await before.close();
  });

  it("keeps a segment with damage in its middle, for people to look at", async () => {
    const spool = await openSpool({ folder });
    await spool.append([record(1), record(2), record(3)]);
    const segment = await spool.oldest();
    const file = join(folder, segment?.name ?? "");
    const bytes = readFileSync(file);
    bytes[encodeFrame(record(1)).length + 30] = 0;
    rmSync(file);
    appendFileSync(file, bytes);
    expect(await readAll(spool)).toEqual(["1", "3"]);
    expect(readdirSync(folder)).toEqual([`${segment?.name}.damaged`]);
    await spool.close();
  });

  for (const kind of ["append", "sync", "create"] as const) {
    it(`rejects while the disk is full (${kind}), loses nothing before, and goes on when there is room`, async () => {
      const { files, fail } = failingDisk();
      const spool = await openSpool({ folder, files });
      if (kind !== "create") await spool.append([record(1)]);
      fail[kind] = true;
      await expect(spool.append([record(2)])).rejects.toThrow("ENOSPC");
      await expect(spool.append([record(3)])).rejects.toThrow("ENOSPC");
      expect(spool.failure).toContain("ENOSPC");
      fail[kind] = false;
      await spool.append([record(4)]);
      expect(spool.failure).toBeNull();
      const again = await openSpool({ folder });
      expect(await readAll(again)).toEqual(kind === "create" ? ["4"] : ["1", "4"]);
      await spool.close();
    });
  }

  it("does not give back what it could not cut off, even after a start", async () => {
    const { files, fail } = failingDisk();
    const spool = await openSpool({ folder, files });
    await spool.append([record(1)]);
    fail.append = true;
    fail.truncate = true;
    await expect(spool.append([record(2)])).rejects.toThrow("ENOSPC");
    fail.append = false;
    await spool.append([record(3)]);
    expect(await readAll(await openSpool({ folder }))).toEqual(["1", "3"]);
    await spool.close();
  });

  it("says when it is asked whether it could be written to", async () => {
    const { files, fail } = failingDisk();
    const spool = await openSpool({ folder, files });
    expect(await spool.probe()).toBe(true);
    fail.append = true;
    expect(await spool.probe()).toBe(false);
    expect(spool.failure).toContain("ENOSPC");
    fail.append = false;
    expect([await spool.probe(), spool.failure, readdirSync(folder)]).toEqual([true, null, []]);
  });

  it("puts aside what is refused, and does not give it back", async () => {
    const spool = await openSpool({ folder });
    await spool.setAside([record(1)]);
    await spool.close();
    const again = await openSpool({ folder });
    await again.setAside([record(2)]);
    expect([again.waiting, readdirSync(folder).length]).toEqual([0, 2]);
  });
});
