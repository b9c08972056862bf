/** nginx's (and Apache's) `combined`: `addr - user [time] "request" status bytes "referer" "agent"`. */
import { type Instant, instant } from "#lib/time/instant.ts";
import type { DrainFormat } from "./drain-format.ts";
import { methodOf, pathOf, statusOf } from "./fields.ts";

const LINE = /^\S+ \S+ .{0,200}?\[(\d{2})\/(\w{3})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})\] "([A-Za-z]{1,20}) (\S{1,8000}) HTTP\/[\d.]+" (\d{3}) (?:\d+|-)(?: "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)")?/; // biome-ignore format: one expression
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function momentIn(match: RegExpExecArray): Instant | null {
  const [, day, month = "", year, hour, minute, second, sign, hours, minutes] = match;
  const index = MONTHS.indexOf(month);
  if (index < 0) return null;
  const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return instant(Date.UTC(Number(year), index, Number(day), Number(hour), Number(minute), Number(second)) - offset);
}

export const nginxCombined: DrainFormat = {
  kind: "nginx-combined",
  label: "nginx access log, combined",
  recognises: (entry) => entry.kind === "text" && LINE.test(entry.text),
  read(entry) {
    const match = entry.kind === "text" ? LINE.exec(entry.text) : null;
    if (!match) return null;
    const [at, method, path, status] = [momentIn(match), methodOf(match[10] ?? null), pathOf(match[11] ?? null), statusOf(match[12] ?? null)]; // biome-ignore format: one line
    if (at === null || method === null || path === null || status === null) return null;
    const agent = match[13];
    return {
      at,
      method,
      path,
      status,
      userAgent: agent === undefined || agent === "-" ? null : agent,
      id: null,
      location: null,
      mitigated: null,
    };
  },
  limits: ["It has no id: two equal requests of one second are one.", "Where a redirect leads is not told."],
};
