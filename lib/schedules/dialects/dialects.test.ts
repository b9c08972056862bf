import { describe, expect, test } from "vitest";
import { parseCron } from "../cron.ts";
import { nextOccurrence, occurrences } from "../expand.ts";
import { DIALECT_IDS, type DialectId, type Spec } from "../spec.ts";
import type { Dialect } from "./dialect.ts";
import { DIALECTS } from "./register.ts";

/** Once a day at 12:30 and every quarter of an hour, as each dialect writes them. */
const WRITTEN: Readonly<Record<DialectId, { readonly daily: string; readonly quarters: string }>> = {
  rollcall: { daily: "30 12 * * *", quarters: "*/15 * * * *" },
  vixie: { daily: "30 12 * * *", quarters: "*/15 * * * *" },
  vercel: { daily: "30 12 * * *", quarters: "*/15 * * * *" },
  github: { daily: "30 12 * * *", quarters: "*/15 * * * *" },
  "cloud-scheduler": { daily: "30 12 * * *", quarters: "*/15 * * * *" },
  eventbridge: { daily: "cron(30 12 * * ? *)", quarters: "cron(0/15 * * * ? *)" },
  kubernetes: { daily: "30 12 * * *", quarters: "*/15 * * * *" },
  "pg-cron": { daily: "30 12 * * *", quarters: "*/15 * * * *" },
  cloudflare: { daily: "30 12 * * *", quarters: "*/15 * * * *" },
  quartz: { daily: "0 30 12 * * ?", quarters: "0 0/15 * ? * *" },
  azure: { daily: "0 30 12 * * *", quarters: "0 */15 * * * *" },
  systemd: { daily: "12:30", quarters: "*:0/15" },
  bullmq: { daily: "30 12 * * *", quarters: "*/15 * * * *" },
  qstash: { daily: "30 12 * * *", quarters: "*/15 * * * *" },
  inngest: { daily: "30 12 * * *", quarters: "*/15 * * * *" },
  "trigger-dev": { daily: "30 12 * * *", quarters: "*/15 * * * *" },
};

const cron = (dialect: DialectId, expression: string): Spec => ({ kind: "cron", expression, dialect });
const day = { from: Date.UTC(2026, 5, 1), to: Date.UTC(2026, 5, 2) } as { from: never; to: never };
const messageOf = (dialect: DialectId, expression: string): string => {
  const read = parseCron(expression, dialect);
  return read.ok ? "" : read.problem.message;
};

describe.each(DIALECT_IDS)("dialect %s", (id) => {
  const dialect: Dialect = DIALECTS[id];

  test("A dialect says which fields and names are legal, how weekdays are numbered, whether day-of-month and day-of-week mean either or both, and what daylight saving does.", () => {
    expect(dialect.id).toBe(id);
    expect(dialect.label).not.toBe("");
    expect(dialect.layouts.length > 0 || dialect.readOther !== undefined).toBe(true);
    expect(dialect.weekdays.max - dialect.weekdays.min).toBeGreaterThanOrEqual(6);
    expect(dialect.weekdays.min).toBe(dialect.weekdays.sunday);
  });

  test("It also knows the platform's promise: how late it may fire by its own account, and whether it may leave an occurrence out (GitHub: hours, and yes; Vercel Hobby: within the hour).", () => {
    expect(dialect.promise.latenessSeconds).toBeGreaterThanOrEqual(0);
    expect(dialect.promise.words).toMatch(/^[A-Za-z]\S* .*[^.]$/);
    expect(dialect.promise.mayDrop).toBe(["github", "vercel", "kubernetes"].includes(id));
  });

  test("what it cannot do or does not say is told in sentences", () => {
    for (const limit of dialect.limits) expect(limit).toMatch(/\.$/);
    if (id !== "rollcall") expect(dialect.limits.length).toBeGreaterThan(0);
  });

  test("A cron expression is read as the platform that fires it reads it: its **dialect** (ids in `api.md`, facts in `contracts.md`, section 6).", () => {
    const { daily, quarters } = WRITTEN[id];
    expect(occurrences(cron(id, daily), "UTC", day)).toEqual([Date.UTC(2026, 5, 1, 12, 30)]);
    expect(occurrences(cron(id, quarters), "UTC", day)).toHaveLength(96);
  });

  test("every nickname that it knows is read, and fires", () => {
    for (const nickname of Object.keys(dialect.nicknames)) {
      expect(nextOccurrence(cron(id, nickname), "UTC", day.from), nickname).not.toBeNull();
    }
  });

  test.each([
    "",
    "   ",
    "*",
    "* * *",
    "* * * * * * * *",
    "@reboot",
    "61 * * * *",
    "* * 32 * *",
    "a b c d e",
    "* * * 13 *",
    "*/0 * * * *",
    "-5 * * * *",
    "1,,2 * * * *",
    "H * * * *",
    "0~30 * * * *",
    "@fortnightly",
    "٣ * * * *",
    "* * * * * ; rm",
  ])("refuses “%s” with a sentence for the person who wrote it", (expression) => {
    const message = messageOf(id, expression);
    expect(message).toMatch(/[.?]$/);
    expect(message).not.toMatch(/undefined|NaN|null|Error/);
  });

  test("an endless or hostile expression is refused at once", () => {
    expect(messageOf(id, `${"*/1,".repeat(50_000)}1 * * * *`)).not.toBe("");
    expect(messageOf(id, "1-99999999999/1 * * * *")).not.toBe("");
  });
});

test("the reading of an expression is remembered, a refusal too", () => {
  expect(parseCron("7 7 * * *", "rollcall")).toBe(parseCron("7 7 * * *", "rollcall"));
  expect(parseCron("77 7 * * *", "rollcall")).toBe(parseCron("77 7 * * *", "rollcall"));
  expect(parseCron("7 7 * * *", "rollcall")).not.toBe(parseCron("7 7 * * *", "vixie"));
});

test("what is remembered is bounded: ten thousand expressions push the first one out", () => {
  const first = parseCron("1 1 1 1 *", "vixie");
  for (let i = 0; i < 10_000; i++)
    parseCron(`${i % 60} ${Math.floor(i / 60) % 24} ${1 + (Math.floor(i / 1_440) % 28)} * *`, "vixie");
  expect(parseCron("1 1 1 1 *", "vixie")).not.toBe(first);
});
