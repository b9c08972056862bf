import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { yes } from "../answer.ts";
import { here } from "./here.ts";
import { withLock } from "./lock.ts";
import { rowsOf } from "./table.ts";

const root = mkdtempSync(join(tmpdir(), "rollcall-crontab-"));
afterAll(() => rmSync(root, { recursive: true }));

const TEXT = "# caf\u00e9\r\nSHELL=/bin/sh\n0 2 * * *\troot\t/srv/nightly --all\n5 * * * * root /srv/other\n";
let etc = "";
let file = "";
beforeEach(() => {
  etc = mkdtempSync(join(root, "etc-"));
  mkdirSync(join(etc, "cron.d"), { mode: 0o755 });
  file = join(etc, "cron.d", "app");
  writeFileSync(file, TEXT, { mode: 0o640 });
});

const keyOf = (index: number): string => rowsOf(TEXT, { withUser: true })[index]?.key ?? "";
const set = (instead: string, put: string, table = "cron.d/app") =>
  here([table], etc).set({ table, key: keyOf(0), instead, put });

test("sets the time of one line and leaves the rest, its mode, and nothing else in the folder", async () => {
  const before = statSync(file);
  expect(await set("0 2 * * *", "*/2 * * * *")).toMatchObject({
    ok: true,
    value: { swapped: true, row: { time: "*/2 * * * *" } },
  });
  const wanted = TEXT.replace("0 2 * * *\t", "# rollcall keeps the time of the next line: 0 2 * * *\n*/2 * * * *\t");
  expect(readFileSync(file, "utf8")).toBe(wanted);
  const after = statSync(file);
  expect([after.mode, after.uid, after.gid]).toEqual([before.mode, before.uid, before.gid]);
  expect(readdirSync(join(etc, "cron.d"))).toEqual(["app"]);
  expect(await set("*/2 * * * *", "0 2 * * *")).toMatchObject({ ok: true, value: { swapped: true } });
  expect(readFileSync(file, "utf8")).toBe(TEXT);
});

test("what a writer that was killed has left behind is taken away by the next", async () => {
  writeFileSync(join(etc, "cron.d", ".app.rollcall-0123456789ab"), "half");
  writeFileSync(join(etc, "cron.d", ".other.rollcall-0123456789ab"), "half");
  await set("0 2 * * *", "* * * * *");
  expect(readdirSync(join(etc, "cron.d")).sort()).toEqual([".other.rollcall-0123456789ab", "app"]);
});

test("two changes within one second are two to cron, which looks at whole seconds", async () => {
  const second = (path: string) => Math.floor(statSync(path).mtimeMs / 1_000);
  const folder = join(etc, "cron.d");
  const seen = [[second(file), second(folder)]];
  for (const [instead, put] of [
    ["0 2 * * *", "* * * * *"],
    ["* * * * *", "0 2 * * *"],
  ] as const) {
    await set(instead, put);
    seen.push([second(file), second(folder)]);
  }
  expect(new Set(seen.map(([one]) => one)).size).toBe(3);
  expect(new Set(seen.map(([, one]) => one)).size).toBe(3);
});

test("where another time stands nothing is written, and what stands there is told", async () => {
  writeFileSync(file, TEXT.replace("0 2 *", "0 4 *"), { mode: 0o640 });
  const before = readFileSync(file, "utf8");
  expect(await set("0 2 * * *", "* * * * *")).toMatchObject({
    ok: true,
    value: { swapped: false, row: { time: "0 4 * * *" } },
  });
  expect(readFileSync(file, "utf8")).toBe(before);
});

test("of writers at once exactly one finds what it compared with", async () => {
  const puts = ["1 * * * *", "2 * * * *", "3 * * * *", "4 * * * *", "5 1 * * *", "6 1 * * *"];
  const answers = await Promise.all(puts.map((put) => set("0 2 * * *", put)));
  expect(answers.filter((answer) => answer.ok && answer.value.swapped)).toHaveLength(1);
  expect(rowsOf(readFileSync(file, "latin1"), { withUser: true })).toMatchObject([
    { original: "0 2 * * *" },
    { time: "5 * * * *" },
  ]);
});

test("the lock is waited for, and given back", async () => {
  const order: string[] = [];
  let release = () => {};
  const released = new Promise<void>((done) => {
    release = done;
  });
  let first: Promise<unknown> = Promise.resolve();
  await new Promise<void>((taken) => {
    first = withLock(join(etc, "cron.d"), async () => {
      taken();
      await released;
      order.push("first");
      return yes(null);
    });
  });
  const second = set("0 2 * * *", "* * * * *").then(() => order.push("second"));
  setTimeout(() => release(), 200);
  await Promise.all([first, second]);
  expect(order).toEqual(["first", "second"]);
});

test("what cron would not take, or what others could exchange, is not touched", async () => {
  const elsewhere = join(etc, "elsewhere");
  writeFileSync(elsewhere, TEXT);
  const refused = async (table: string, words: RegExp) => {
    const answer = await set("0 2 * * *", "* * * * *", table);
    expect(answer).toMatchObject({ ok: false, problem: { kind: "refused" } });
    if (!answer.ok) expect(answer.problem.sentence).toMatch(words);
    expect(readFileSync(elsewhere, "utf8")).toBe(TEXT);
  };
  symlinkSync(elsewhere, join(etc, "cron.d", "linked"));
  await refused("cron.d/linked", /symbolic link/);
  linkSync(elsewhere, join(etc, "cron.d", "second-name"));
  await refused("cron.d/second-name", /2 names/);
  mkdirSync(join(etc, "cron.d", "folder"));
  await refused("cron.d/folder", /no regular file|cannot be read/);
  for (const name of ["cron.d/../elsewhere", "cron.d/app.bak", "cron.d/", "/etc/passwd", "user/-l", "user/a b"]) {
    await refused(name, /names no table/);
  }
  chmodSync(file, 0o662);
  await refused("cron.d/app", /written by others/);
  chmodSync(file, 0o640);
  chmodSync(join(etc, "cron.d"), 0o777);
  await refused("cron.d/app", /written by others/);
  chmodSync(join(etc, "cron.d"), 0o755);
  expect(await set("0 2 * * *", "* * * * *", "cron.d/none")).toMatchObject({ problem: { kind: "not_found" } });
  const unnamed = await here(["crontab"], etc).set({
    table: "cron.d/app",
    key: keyOf(0),
    instead: "0 2 * * *",
    put: "* * * * *",
  });
  expect(unnamed).toMatchObject({
    problem: { kind: "refused", sentence: "The connection does not name the table “cron.d/app”." },
  });
  expect(readFileSync(file, "utf8")).toBe(TEXT);
});
