import { spawnSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { projectRoot } from "#lib/project-root.ts";
import { unless } from "#lib/testing/need.ts";
import { isTime, type Row, rowsOf, withTime } from "./table.ts";

const TABLE = `# m h dom mon dow user\tcommand
SHELL=/bin/sh
MAILTO = "ops@example.com"

17 *\t* * *\troot    cd / && run-parts --report /etc/cron.hourly
*/5  *  * * mon-fri app  /srv/app/poll >/dev/null # every five
# 0 3 * * * root /srv/off
CRON_TZ=Europe/Berlin
  @daily\tbackup\t/usr/local/bin/backup --all 100\\% done
@reboot root /srv/start
at four in the morning we sleep here
0 2 * * * app /srv/app/poll >/dev/null # every five
0 2 31 * * root`;

const only = (text: string, key: string, withUser = true): Row => {
  const row = rowsOf(text, { withUser }).find((one) => one.key === key);
  if (!row) throw new Error(`no row ${key}`);
  return row;
};

test("finds the rows that have a time, with their users, commands and zone; comments, settings and @reboot are none", () => {
  const rows = rowsOf(TABLE, { withUser: true });
  expect(rows.map(({ time, user, command, cronTz }) => [time, user, command, cronTz])).toEqual([
    ["17 *\t* * *", "root", "cd / && run-parts --report /etc/cron.hourly", null],
    ["*/5  *  * * mon-fri", "app", "/srv/app/poll >/dev/null # every five", null],
    ["@daily", "backup", "/usr/local/bin/backup --all 100\\% done", "Europe/Berlin"],
    ["0 2 * * *", "app", "/srv/app/poll >/dev/null # every five", "Europe/Berlin"],
  ]);
  const [, poll, , again] = rows;
  expect(again?.key).toBe(`${poll?.key}-2`);
  expect(rowsOf("0 2 * * * /srv/mine all\n", { withUser: false })).toMatchObject([
    { user: null, command: "/srv/mine all" },
  ]);
});

test("a row keeps its key whatever its time is, and its first time is kept above it until it stands at it again", () => {
  const [, , daily] = rowsOf(TABLE, { withUser: true });
  if (!daily) throw new Error("no row");
  const faster = withTime(TABLE, daily, "* * * * *");
  expect(faster.split("\n").slice(7, 10)).toEqual([
    "CRON_TZ=Europe/Berlin",
    "# rollcall keeps the time of the next line: @daily",
    "  * * * * *\tbackup\t/usr/local/bin/backup --all 100\\% done",
  ]);
  expect(only(faster, daily.key)).toMatchObject({ time: "* * * * *", original: "@daily", cronTz: "Europe/Berlin" });
  const still = withTime(faster, only(faster, daily.key), "*/2 * * * *");
  expect(only(still, daily.key)).toMatchObject({ time: "*/2 * * * *", original: "@daily" });
  expect(withTime(still, only(still, daily.key), "@daily")).toBe(TABLE);
});

test("takes as a time only what can neither end the line nor begin a command", () => {
  for (const time of ["0 2 * * *", "@hourly", "*/5\t1-3  * jan,feb MON", "0 0 1 1 7"])
    expect(isTime(time), time).toBe(true);
  const bad = [
    "* * * *",
    "* * * * * root rm",
    "* * * * *\nx",
    "@daily x",
    "@reboot\r",
    "a b c d e",
    "* * * * %",
    " * * * * *",
    "",
  ];
  for (const time of bad) expect(isTime(time), time).toBe(false);
});

const blank = fc.constantFrom(" ", "\t", "  ", " \t ");
const field = fc.constantFrom("*", "*/5", "0", "1-3", "1,2,5", "17");
const fields = fc
  .tuple(
    field,
    blank,
    field,
    blank,
    field,
    blank,
    fc.constantFrom("*", "jan", "2"),
    blank,
    fc.constantFrom("*", "mon-fri", "7"),
  )
  .map((parts) => parts.join(""));
const time = fc.oneof(fields, fc.constantFrom("@daily", "@hourly", "@weekly"));
/** Any bytes but those that end a line. */
const bytes = fc
  .uint8Array({ maxLength: 30 })
  .map((array) => Buffer.from(array.map((byte) => (byte === 10 ? 11 : byte))).toString("latin1"));
const row = fc
  .tuple(
    fc.constantFrom("", " ", "-", "\t-"),
    time,
    blank,
    fc.constantFrom("root", "app"),
    blank,
    fc.constantFrom("/srv/a", "/srv/b -x", "curl é"),
    bytes,
  )
  .map((parts) => parts.join(""));
const line = fc.oneof(
  { weight: 4, arbitrary: row },
  { weight: 2, arbitrary: bytes },
  fc.constantFrom(
    "",
    "# a comment",
    'MAILTO=""',
    "CRON_TZ = 'Asia/Tokyo' ",
    "CRON_TZ=",
    "@reboot root x",
    "# rollcall keeps the time of the next line: 0 4 * * *",
  ),
);
const table = fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n"));

const python = spawnSync("python3", ["--version"]).status === 0;

describe("of any table", () => {
  test("a change changes this one row's time, and every other byte stays", () => {
    fc.assert(
      fc.property(table, fc.nat(), time, (text, pick, put) => {
        const rows = rowsOf(text, { withUser: true });
        const chosen = rows[pick % Math.max(1, rows.length)];
        if (!chosen) return;
        const after = withTime(text, chosen, put);
        const [before, now] = [text.split("\n"), after.split("\n")];
        // The comment that keeps its time comes or goes, directly above; else line for line.
        const moved = now.length - before.length;
        expect(Math.abs(moved)).toBeLessThanOrEqual(1);
        const at = chosen.line + moved;
        expect(now[at]).toBe(`${chosen.before}${put}${chosen.after}`);
        const withoutIt = (lines: string[], index: number, comment: boolean) =>
          lines.toSpliced(index - (comment ? 1 : 0), comment ? 2 : 1);
        expect(withoutIt(now, at, moved === 1)).toEqual(withoutIt(before, chosen.line, moved === -1));
        // The others are the rows that they were.
        const others = (some: readonly Row[]) =>
          some.filter((one) => one.key !== chosen.key).map(({ line: _, original: __, ...rest }) => rest);
        const rowsAfter = rowsOf(after, { withUser: true });
        expect(others(rowsAfter)).toEqual(others(rows));
        expect(rowsAfter.find((one) => one.key === chosen.key)?.time).toBe(put);
      }),
    );
  });

  test("put to another time and back, a table is byte for byte what it was", () => {
    fc.assert(
      fc.property(table, fc.nat(), fc.array(time, { minLength: 1, maxLength: 4 }), (text, pick, times) => {
        const rows = rowsOf(text, { withUser: true }).filter((one) => one.original === null);
        const chosen = rows[pick % Math.max(1, rows.length)];
        if (!chosen) return;
        let now = text;
        for (const put of [...times, chosen.time]) now = withTime(now, only(now, chosen.key), put);
        expect(now).toBe(text);
      }),
    );
  });

  test("the agent's rules in Python are these", unless(python ? null : "there is no python3 here"), () => {
    const samples = fc.sample(fc.tuple(table, fc.nat(), time, fc.boolean()), 400);
    const cases = [...samples, [TABLE, 2, "* * * * *", true] as const].map(([text, pick, put, withUser]) => {
      const rows = rowsOf(text, { withUser });
      const chosen = rows[pick % Math.max(1, rows.length)];
      const after = chosen ? withTime(text, chosen, put) : null;
      return { text, withUser, put, key: chosen?.key ?? null, after, rows, isTime: isTime(text.slice(0, 40)) };
    });
    const script = `
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("agent", ${JSON.stringify(join(projectRoot(), "packages/crontab-agent/agent.py"))})
sys.dont_write_bytecode = True
agent = importlib.util.module_from_spec(spec); spec.loader.exec_module(agent)
words = lambda row: {name: value.decode("latin-1") if isinstance(value, bytes) else value for name, value in row.items()}
told = []
for case in json.load(sys.stdin):
    text = case["text"].encode("latin-1")
    rows = agent.rows_of(text, case["withUser"])
    row = next((one for one in rows if one["key"] == case["key"]), None)
    after = agent.with_time(text, row, case["put"].encode()).decode("latin-1") if row else None
    told.append({"rows": [words(one) for one in rows], "after": after, "isTime": agent.is_time(text[:40])})
json.dump(told, sys.stdout)`;
    const done = spawnSync("python3", ["-c", script], {
      input: JSON.stringify(cases),
      encoding: "utf8",
      maxBuffer: 1e8,
    });
    expect(done.stderr).toBe("");
    const told = JSON.parse(done.stdout) as unknown[];
    expect(told).toHaveLength(cases.length);
    for (const [index, { rows, after, isTime: taken }] of cases.entries()) {
      expect(told[index], JSON.stringify(cases[index]?.text)).toEqual({ rows, after, isTime: taken });
    }
  });
});
