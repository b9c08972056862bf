/**
 * The text of a crontab(5): its rows, and the change of the time of one of them. A table is kept as Latin-1, a character
 * a byte, so that what is not touched stays as it was, whatever its encoding. The agent (`packages/crontab-agent`) has
 * the same rules in Python; a test holds the two together. Pure.
 */
import { createHash } from "node:crypto";

export interface Row {
  /** The number of its line, from 0. */
  readonly line: number;
  /** What stands before its time: blanks, and cronie's minus. */
  readonly before: string;
  /** `0 2 * * *`, `@daily`: as it is written, with its blanks. */
  readonly time: string;
  /** From the blanks after the time to the end of the line. */
  readonly after: string;
  /** `null` in a user's own table. */
  readonly user: string | null;
  readonly command: string;
  /** Names the row whatever its time is: of its user and command, and the how-manieth of these it is. */
  readonly key: string;
  /** `CRON_TZ` as it is set above the row. */
  readonly cronTz: string | null;
  /** The time that the comment directly above keeps; `null`: the row stands at its own. */
  readonly original: string | null;
}

// Blanks are spaces and tabs alone: what else is white to a regular expression is a byte of somebody's text here.
const ASSIGNMENT = /^[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^ \t\n="']+))[ \t]*=[ \t]*([^\n]*)$/;
const ROW = /^([ \t]*-?)(@[A-Za-z]+|(?:[0-9A-Za-z*/,-]+[ \t]+){4}[0-9A-Za-z*/,-]+)([ \t]+([^ \t\n][^\n]*))$/;
const USER = /^([^ \t\n]+)[ \t]+([^ \t\n][^\n]*)$/;
/** Minutes, hours and days are numbers: a sentence of five words is no row. */
const NUMBERS = /^[0-9*/,-]*[0-9*][0-9*/,-]*$/;
const TIME = /^(?:@[a-z]+|(?:[0-9A-Za-z*/,-]+[ \t]+){4}[0-9A-Za-z*/,-]+)$/;
const KEPT = /^# rollcall keeps the time of the next line: ([^\r\n]+)$/;
/** Longer than any row that cron takes (Vixie's MAX_COMMAND is 1,000). */
const LONGEST_LINE = 2_000;

/** Whether this may stand in a table as a time: nothing in it can end the line, or begin a command. */
export const isTime = (text: string): boolean =>
  text.length <= 200 && TIME.test(text) && (text.startsWith("@") || hasNumbers(text));

const hasNumbers = (time: string): boolean =>
  time
    .split(/[ \t]+/)
    .slice(0, 3)
    .every((field) => NUMBERS.test(field));

const keyOf = (user: string | null, command: string): string =>
  createHash("sha256")
    .update(Buffer.from(`${user ?? ""}\n${command}`, "latin1"))
    .digest("hex")
    .slice(0, 12);

const unquoted = (value: string): string => value.replace(/[ \t\r]+$/, "").replace(/^(["'])([^\n]*)\1$/, "$2");

/** The rows of a table that have a time: neither comments and settings nor `@reboot`, which is no time. */
export function rowsOf(text: string, { withUser }: { readonly withUser: boolean }): readonly Row[] {
  const rows: Row[] = [];
  const seen = new Map<string, number>();
  let cronTz: string | null = null;
  let above = "";
  for (const [line, written] of text.split("\n").entries()) {
    const previous = above;
    above = written;
    if (written.length > LONGEST_LINE || /^[ \t]*(?:#|$)/.test(written)) continue;
    const assigned = ASSIGNMENT.exec(written);
    if (assigned) {
      if ((assigned[1] ?? assigned[2] ?? assigned[3]) === "CRON_TZ") cronTz = unquoted(assigned[4] ?? "") || null;
      continue;
    }
    const [, before = "", time = "", after = "", rest = ""] = ROW.exec(written) ?? [];
    if (time === "" || time.toLowerCase() === "@reboot" || !(time.startsWith("@") || hasNumbers(time))) continue;
    const split = withUser ? USER.exec(rest) : null;
    if (withUser && !split) continue;
    const user = split?.[1] ?? null;
    const command = split?.[2] ?? rest;
    const hash = keyOf(user, command);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    const original = KEPT.exec(previous)?.[1] ?? null;
    rows.push({
      ...{ line, before, time, after, user, command, cronTz, original },
      key: count === 1 ? hash : `${hash}-${count}`,
    });
  }
  return rows;
}

/**
 * The table with another time in this one row; every other byte stays. The time that stood there is kept in a comment
 * above it, until the row stands at it again.
 */
export function withTime(text: string, row: Row, time: string): string {
  if (!isTime(time)) throw new Error("this is no time of a crontab");
  if (time === row.time) return text;
  const lines = text.split("\n");
  lines[row.line] = `${row.before}${time}${row.after}`;
  if (row.original === time) lines.splice(row.line - 1, 1);
  else if (row.original === null) lines.splice(row.line, 0, `# rollcall keeps the time of the next line: ${row.time}`);
  return lines.join("\n");
}
