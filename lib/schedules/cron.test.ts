import { describe, expect, test } from "vitest";
import { instant } from "#lib/time/instant.ts";
import { parseCron } from "./cron.ts";
import { nextOccurrence, occurrences } from "./expand.ts";
import type { DialectId, Spec } from "./spec.ts";

const cron = (dialect: DialectId, expression: string): Spec => ({ kind: "cron", expression, dialect });
const message = (dialect: DialectId, expression: string): string => {
  const read = parseCron(expression, dialect);
  return read.ok ? "accepted" : read.problem.message;
};

/** The days of a span on which it fires, as MM-DD; 2026-01-01 is a Thursday. */
function days(dialect: DialectId, expression: string, [from, to]: readonly [string, string]): string {
  const span = { from: instant(Date.parse(from)), to: instant(Date.parse(to)) };
  const found = occurrences(cron(dialect, expression), "UTC", span).map((at) =>
    new Date(at).toISOString().slice(5, 10),
  );
  return [...new Set(found)].join(" ");
}
const JANUARY = ["2026-01-01", "2026-02-01"] as const;

/** The first firings after midnight of 2026-01-01, as HH:MM:SS. */
function times(dialect: DialectId, expression: string, count: number): string {
  const found: string[] = [];
  let after = instant(Date.UTC(2026, 0, 1) - 1);
  for (let i = 0; i < count; i++) {
    const at = nextOccurrence(cron(dialect, expression), "UTC", after);
    if (at === null) break;
    found.push(new Date(at).toISOString().slice(11, 19));
    after = at;
  }
  return found.join(" ");
}

describe("An expression that the platform would refuse is refused; one that it reads otherwise than most people expect is accepted with a warning that says so; so is a grace below the promise, with a grace proposed.", () => {
  test.each<[DialectId, string, RegExp]>([
    ["rollcall", "", /empty/],
    ["rollcall", "* * *", /5 or 6 fields.*has 3/],
    ["vixie", "0 0 5 * * *", /5 fields.*has 6.*seconds/],
    ["vixie", "0 5 * * * root", /user column/],
    ["vixie", "@reboot", /no time/],
    ["rollcall", "61 * * * *", /“61” is no minute/],
    ["rollcall", "*/100 * * * *", /steps past the end/],
    ["rollcall", "22-2 * * * *", /backwards.*22-59,0-2/],
    ["rollcall", "0 0 * * SAT-MON", /backwards/],
    ["rollcall", "0 0 * * L", /“L”/],
    ["rollcall", "0 0 W * *", /“W”/],
    ["rollcall", "0 0 * * 5#6", /first to a fifth/],
    ["rollcall", "0 0 L-31 * *", /30 days/],
    ["rollcall", "CRON_TZ=UTC 0 0 * * *", /time zone/],
    ["vixie", "5/15 * * * *", /5-59\/15/],
    ["vixie", "0 0 L * *", /does not know “L”/],
    ["vixie", "0 0 ? * *", /“\?”/],
    ["vercel", "0 0 * JAN *", /no names/],
    ["vercel", "0 0 1 * 1", /day of the month together/],
    ["vercel", "0 0 * * 7", /0 to 6/],
    ["vercel", "@daily", /no nicknames/],
    ["github", "@daily", /no nicknames/],
    ["github", "*/4 * * * *", /every 5 min/],
    ["github", "0,3 * * * *", /every 5 min/],
    ["github", "0 0 * * 7", /0 to 6/],
    ["cloud-scheduler", "every 5 minutes", /“\*\/5 \* \* \* \*”/],
    ["cloud-scheduler", "every monday 09:00", /“0 9 \* \* 1”/],
    ["cloud-scheduler", "every day 17:30", /“30 17 \* \* \*”/],
    ["cloud-scheduler", "every 7 minutes", /no cron form/],
    ["cloud-scheduler", "1st monday of month 09:00", /no cron form/],
    ["eventbridge", "0 12 * * ?", /6 fields/],
    ["eventbridge", "0 12 * * * *", /“\?” in exactly one/],
    ["eventbridge", "0 12 ? * ? *", /“\?” in exactly one/],
    ["eventbridge", "0 12 ? * 0 *", /1 to 7/],
    ["eventbridge", "rate(1 minutes)", /rate\(1 minute\)/],
    ["eventbridge", "rate(0 minutes)", /no rate/],
    ["eventbridge", "at(2026-13-01T00:00:00)", /no time/],
    ["eventbridge", "at(2026-01-01T00:00:00Z)", /without an offset/],
    ["kubernetes", "0 0 * * 7", /0 to 6/],
    ["kubernetes", "0 0 * * FRI-SUN", /backwards/],
    ["kubernetes", "CRON_TZ=UTC 0 0 * * *", /time zone/],
    ["kubernetes", "@every soon", /no length/],
    ["pg-cron", "60 seconds", /1 to 59/],
    ["pg-cron", "0 seconds", /1 to 59/],
    ["cloudflare", "0 0 * * 0", /1 to 7/],
    ["quartz", "0 0 * * *", /6 or 7 fields/],
    ["quartz", "0 0 0 * * *", /“\?” in exactly one/],
    ["quartz", "0 0 0 C * ?", /“C”/],
    ["azure", "0 0 * * *", /6 fields/],
    ["azure", "0 0 0 L * *", /“L”/],
    ["systemd", "Sun..Mon 10:00", /backwards/],
    ["systemd", "*-*-32 10:00", /“32”/],
    ["systemd", "10:00:00.5", /whole seconds/],
    ["bullmq", "0 0 15W * *", /“15W”/],
    ["bullmq", "0 0 * * FRI-SUN", /backwards/],
    ["bullmq", "H * * * *", /hash/],
    ["qstash", "TZ=UTC 0 0 * * *", /TZ=/],
    ["qstash", "CRON_TZ=Mars/Olympus 0 0 * * *", /no time zone/],
    ["trigger-dev", "0 0 0 * * *", /5 fields/],
  ])("%s refuses “%s”", (dialect, expression, says) => {
    expect(message(dialect, expression)).toMatch(says);
  });
});

describe("The dialect `rollcall`: 5 or 6 fields, names, `L W # ?`, nicknames; weekdays 0–7 with Sunday 0 and 7; when both day fields are set, either matches.", () => {
  test.each<[string, string]>([
    ["0 0 * * 0", "01-04 01-11 01-18 01-25"],
    ["0 0 * * 7", "01-04 01-11 01-18 01-25"],
    ["0 0 * * sun", "01-04 01-11 01-18 01-25"],
    ["0 0 * * Sunday", "01-04 01-11 01-18 01-25"],
    ["0 0 * * 5-7", "01-02 01-03 01-04 01-09 01-10 01-11 01-16 01-17 01-18 01-23 01-24 01-25 01-30 01-31"],
    ["0 0 * * FRI-SUN", "01-02 01-03 01-04 01-09 01-10 01-11 01-16 01-17 01-18 01-23 01-24 01-25 01-30 01-31"],
    ["0 0 9 * * MON-FRI", days("rollcall", "0 9 * * 1-5", JANUARY)],
    ["0 0 L * *", "01-31"],
    ["0 0 L-3 * *", "01-28"],
    ["0 0 1,L * ?", "01-01 01-31"],
    ["0 0 15W * *", "01-15"],
    ["0 0 17W * *", "01-16"],
    ["0 0 18W * *", "01-19"],
    ["0 0 31W * *", "01-30"],
    ["0 0 LW * *", "01-30"],
    ["0 0 * * FRIL", "01-30"],
    ["0 0 * * 5L", "01-30"],
    ["0 0 * * 5#2", "01-09"],
    ["0 0 * * MON#1,WED#3", "01-05 01-21"],
    ["0 0 ? * MON", "01-05 01-12 01-19 01-26"],
    ["0 0 13 * 5", "01-02 01-09 01-13 01-16 01-23 01-30"],
    ["0 0 1,15 * 3", "01-01 01-07 01-14 01-15 01-21 01-28"],
    ["0 0 1 JAN *", "01-01"],
    ["@weekly", "01-04 01-11 01-18 01-25"],
    ["@monthly", "01-01"],
    ["@yearly", "01-01"],
  ])("%s fires on %s", (expression, expected) => {
    expect(days("rollcall", expression, JANUARY)).toBe(expected);
  });

  test("a nearest weekday never leaves its month", () => {
    // 2026-02-01 is a Sunday, 2026-08-01 a Saturday, 2026-05-31 a Sunday.
    expect(days("rollcall", "0 0 1W * *", ["2026-02-01", "2026-03-01"])).toBe("02-02");
    expect(days("rollcall", "0 0 1W * *", ["2026-08-01", "2026-09-01"])).toBe("08-03");
    expect(days("rollcall", "0 0 31W * *", ["2026-05-01", "2026-06-01"])).toBe("05-29");
    expect(days("rollcall", "0 0 30W * *", ["2026-02-01", "2026-03-01"])).toBe("");
  });

  test("six fields begin with seconds", () => {
    expect(times("rollcall", "*/20 30 9 * * *", 4)).toBe("09:30:00 09:30:20 09:30:40 09:30:00");
    expect(times("rollcall", "5/15 * * * *", 5)).toBe("00:05:00 00:20:00 00:35:00 00:50:00 01:05:00");
    expect(times("rollcall", "@hourly", 2)).toBe("00:00:00 01:00:00");
    expect(times("rollcall", "*,10 * * * *", 2)).toBe("00:00:00 00:01:00");
    expect(times("rollcall", "10-20/5,12 0 * * *", 4)).toBe("00:10:00 00:12:00 00:15:00 00:20:00");
  });
});

describe("each platform reads in its own way", () => {
  test.each<[DialectId, string, string]>([
    // Both must match where a day field starts with a star, else either.
    ["vixie", "0 0 */2 * 1", "01-05 01-19"],
    ["vixie", "0 0 13 * 5", "01-02 01-09 01-13 01-16 01-23 01-30"],
    ["pg-cron", "0 0 */2 * 1", "01-05 01-19"],
    ["pg-cron", "0 0 $ * *", "01-31"],
    ["vixie", "0 0 * * */2", days("vixie", "0 0 * * 0,2,4,6", JANUARY)],
    ["rollcall", "0 0 */20 * 1", "01-01 01-05 01-12 01-19 01-21 01-26"],
    ["kubernetes", "0 0 */20 * 1", "01-01 01-05 01-12 01-19 01-21 01-26"],
    ["bullmq", "0 0 */20 * 1", "01-01 01-05 01-12 01-19 01-21 01-26"],
    // Sunday is 0 and 7: an open step reaches both.
    ["bullmq", "0 0 * * 1/2", days("rollcall", "0 0 * * 0,1,3,5", JANUARY)],
    ["bullmq", "0 0 * * */2", days("rollcall", "0 0 * * 0,2,4,6", JANUARY)],
    ["kubernetes", "0 0 * * 1/2", days("rollcall", "0 0 * * 1,3,5", JANUARY)],
    // Sunday is 1.
    ["eventbridge", "0 0 ? * 2-6 *", days("rollcall", "0 0 * * 1-5", JANUARY)],
    ["eventbridge", "0 0 ? * 6#3 *", "01-16"],
    ["eventbridge", "0 0 ? * 6L *", "01-30"],
    ["eventbridge", "0 0 ? * L *", "01-03 01-10 01-17 01-24 01-31"],
    ["eventbridge", "0 0 3W * ? 2026", "01-02"],
    ["eventbridge", "0 0 L * ? 2025-2026", "01-31"],
    ["eventbridge", "0 0 1 * ? 2027", ""],
    ["cloudflare", "0 0 * * 1", "01-04 01-11 01-18 01-25"],
    ["cloudflare", "0 0 * * friL", "01-30"],
    ["cloudflare", "0 0 LW * *", "01-30"],
    ["quartz", "0 0 0 ? * 2", "01-05 01-12 01-19 01-26"],
    ["quartz", "0 0 0 L-3 * ?", "01-28"],
    ["quartz", "0 0 0 ? * FRI-MON", days("rollcall", "0 0 * * 5,6,0,1", JANUARY)],
    ["quartz", "0 0 0 1 1 ? 2026-2030", "01-01"],
    // Sunday is 0, full names.
    ["azure", "0 0 0 * * Monday", "01-05 01-12 01-19 01-26"],
    ["azure", "0 0 0 13 * 5", "01-02 01-09 01-13 01-16 01-23 01-30"],
    // systemd wants both.
    ["systemd", "Fri *-*-13..20", "01-16"],
    ["systemd", "Mon..Wed,Sun *-*-1..7 10:00", "01-04 01-05 01-06 01-07"],
    ["systemd", "*-*~01", "01-31"],
    ["systemd", "*-01~03", "01-29"],
    ["systemd", "Mon *-*~07/1 10:00", "01-26"],
    ["systemd", "2026-01-1/10", "01-01 01-11 01-21 01-31"],
    ["systemd", "weekly", "01-05 01-12 01-19 01-26"],
    ["systemd", "quarterly", "01-01"],
  ])("%s: %s fires on %s", (dialect, expression, expected) => {
    expect(days(dialect, expression, JANUARY)).toBe(expected);
  });

  test.each<[DialectId, string, string]>([
    ["eventbridge", "0 12 * * ? *", "12:00:00 12:00:00"],
    ["eventbridge", "5/30 8 ? * * *", "08:05:00 08:35:00"],
    ["eventbridge", "rate(5 minutes)", "00:00:00 00:05:00"],
    ["eventbridge", "at(2026-01-01T06:00:00)", "06:00:00"],
    ["kubernetes", "@every 1h30m", "00:00:00 01:30:00"],
    ["kubernetes", "5/15 * * * *", "00:05:00 00:20:00"],
    ["pg-cron", "10 seconds", "00:00:00 00:00:10"],
    ["quartz", "0 0/5 14 * * ?", "14:00:00 14:05:00"],
    ["quartz", "0 0 22-2 * * ?", "00:00:00 01:00:00"],
    ["azure", "*/30 * * * * *", "00:00:00 00:00:30"],
    ["systemd", "*:0/15", "00:00:00 00:15:00"],
    ["systemd", "minutely", "00:00:00 00:01:00"],
    ["systemd", "02:30:15", "02:30:15 02:30:15"],
    ["systemd", "2026-01-01 02:30:00 Europe/Berlin", "01:30:00"],
    ["bullmq", "@weekdays", "00:00:00 00:00:00"],
    ["vixie", "*/100 * * * *", "00:00:00 01:00:00"],
    ["qstash", "CRON_TZ=Europe/Berlin 0 9 * * *", "08:00:00 08:00:00"],
    ["inngest", "TZ=Asia/Tokyo 0 9 * * *", "00:00:00 00:00:00"],
  ])("%s: %s fires at %s", (dialect, expression, expected) => {
    expect(times(dialect, expression, 2)).toBe(expected);
  });

  test("a platform that knows UTC alone fires in UTC, whatever the schedule's zone", () => {
    const after = instant(Date.UTC(2026, 0, 1));
    for (const dialect of ["cloudflare", "qstash", "inngest"] as const) {
      expect(nextOccurrence(cron(dialect, "0 9 * * *"), "Asia/Tokyo", after)).toBe(Date.UTC(2026, 0, 1, 9));
    }
    expect(nextOccurrence(cron("rollcall", "0 9 * * *"), "Asia/Tokyo", after)).toBe(Date.UTC(2026, 0, 2, 0));
  });
});
