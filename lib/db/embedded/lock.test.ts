import { mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { lockFolder } from "./lock.ts";

const folder = mkdtempSync(join(tmpdir(), "rollcall-lock-"));
afterAll(() => rmSync(folder, { recursive: true }));
const elsewhere = () => expect.unreachable("this folder can hold a socket");

describe("the lock of a data folder", () => {
  it("is held by at most one of many that try at once, and can be taken again", async () => {
    for (let round = 0; round < 5; round++) {
      const tries = await Promise.allSettled([1, 2, 3, 4, 5].map(() => lockFolder(folder, elsewhere)));
      const held = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      expect(held.length).toBeLessThanOrEqual(1);
      await Promise.all(held.map((lock) => lock.release()));
      expect(readdirSync(folder)).toEqual([]);
    }
    const lock = await lockFolder(folder, elsewhere);
    await expect(lockFolder(folder, elsewhere)).rejects.toThrow(`Another Rollcall (process ${process.pid}`);
    await lock.release();
  });

  it("does not mind sockets that nobody listens on any more", async () => {
    const name = `lock-${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}`;
    // A server that closes takes its path away: so it listens under another, as one that is killed leaves it.
    const server = createServer().listen(join(folder, "was"));
    await new Promise((resolve) => server.once("listening", resolve));
    renameSync(join(folder, "was"), join(folder, name));
    await new Promise((resolve) => server.close(resolve));
    expect(readdirSync(folder)).toEqual([name]);
    const lock = await lockFolder(folder, elsewhere);
    expect(readdirSync(folder)).not.toContain(name);
    await lock.release();
  });
});
