/** A year of an expression in a zone with daylight saving, beside a loop over cron-parser; each in a fresh process. */
import { CronExpressionParser } from "cron-parser";
import { occurrences } from "#lib/schedules/expand.ts";
import { instant } from "#lib/time/instant.ts";

const EXPRESSION = "*/5 * * * *";
const ZONE = "America/New_York";
const [from, to] = [Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)];

function ours(): number {
  const spec = { kind: "cron", expression: EXPRESSION, dialect: "rollcall" } as const;
  return occurrences(spec, ZONE, { from: instant(from), to: instant(to) }).length;
}

function cronParser(): number {
  const walk = CronExpressionParser.parse(EXPRESSION, { currentDate: new Date(from - 1), tz: ZONE });
  let count = 0;
  while (walk.next().getTime() < to) count++;
  return count;
}

const variant = process.argv[2] === "cron-parser" ? cronParser : ours;
const began = process.cpuUsage();
const count = variant();
const { user, system } = process.cpuUsage(began);
console.log(JSON.stringify({ count, ms: (user + system) / 1_000 }));
