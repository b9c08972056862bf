/**
 * crontab(5): a user's table, /etc/crontab and /etc/cron.d with their user column. Debian's cron, cronie and busybox
 * differ in what they know beside the five fields; what only one of them knows is said.
 */
import { ok } from "#lib/problem.ts";
import { isZone } from "#lib/time/zone.ts";
import { type Entry, type ImportMember, refusedEntry, shown } from "./import-kind.ts";
import { nameOfCommand } from "./name-of-command.ts";

/** `NAME = value`, with or without quotes (crontab(5)). */
const ASSIGNMENT = /^\s*(?:"([^"]{1,100})"|'([^']{1,100})'|([A-Za-z_]\w{0,99}))\s*=(.*)$/;
const NICKNAME = /^(@[A-Za-z_]+)\s+(\S.*)$/;
/** cronie takes a minus before the minute: do not log. */
const FIELDS = /^-?((?:\S+\s+){4}\S+)\s+(\S.*)$/;
const OF_TIME = /^[\d*/,~?LW-]+$/;
const OF_DAYS = /^[\d*/,A-Za-z?#-]+$/;
/** Longer than any row that cron takes (Vixie's MAX_COMMAND is 1,000), so that no line costs more than its length. */
const LONGEST_LINE = 2_000;
const LOGIN = /^[a-z_][a-z0-9_-]{0,31}\$?$/;
const KNOWN_LOGINS = new Set(["root", "www-data", "nobody", "postgres", "daemon", "mail", "backup", "http", "nginx"]);

interface Row {
  readonly where: string;
  readonly text: string;
  readonly expression: string;
  readonly rest: string;
  readonly zone: string | null;
  readonly above: string | null;
}

const looksLikeTime = (expression: string): boolean => {
  const fields = expression.split(/\s+/);
  return (
    fields.every((field, index) => (index < 3 ? OF_TIME : OF_DAYS).test(field)) &&
    fields.slice(0, 2).every((field) => /[\d*]/.test(field))
  );
};

function splitRow(line: string): { readonly expression: string; readonly rest: string } | null {
  const nickname = NICKNAME.exec(line);
  if (nickname) return { expression: (nickname[1] ?? "").toLowerCase(), rest: nickname[2] ?? "" };
  const fields = FIELDS.exec(line);
  if (!fields) return null;
  const expression = (fields[1] ?? "").replace(/\s+/g, " ");
  return looksLikeTime(expression) ? { expression, rest: fields[2] ?? "" } : null;
}

/** Whether the rows have a user before their command, as the tables of the system do. */
function hasUserColumn(rows: readonly Row[], text: string): boolean {
  if (/^#.*\bdow\s+user(?:-name)?\b/im.test(text)) return true;
  if (/^#.*\bdow\s+command\b/im.test(text)) return false;
  return (
    rows.length > 0 &&
    rows.every(({ rest }) => {
      const [first = "", second = ""] = rest.split(/\s+/, 2);
      if (!LOGIN.test(first) || second === "" || second.startsWith("-")) return false;
      return KNOWN_LOGINS.has(first) || /^(?:[/.~[("$]|test$|cd$|command$|\w+=)/.test(second);
    })
  );
}

/** What cron hands to the shell: up to the first `%` that no backslash keeps (crontab(5)). */
export function commandOf(rest: string): string {
  const end = /(?<!\\)%/.exec(rest);
  return (end ? rest.slice(0, end.index) : rest).replace(/\\%/g, "%").trim();
}

/** A comment at the end is the shell's; most say what the job is. */
const trailing = (command: string): string | null => /\s#\s*([^'"#]{2,80})$/.exec(command)?.[1]?.trim() || null;

/** A comment that names the row below it: short, and no row that is commented out, nor a ruler. */
function titleIn(comment: string): string | null {
  if (comment.length > 100) return null;
  const text = comment.replace(/^[#\s]+|[\s#:.=-]+$/g, "");
  if (text.length < 2 || text.length > 60 || splitRow(text) !== null || ASSIGNMENT.test(text)) return null;
  return /\p{L}{2}/u.test(text) && !/\bdow\b|\bm h\b/.test(text) ? text : null;
}

export const crontab: ImportMember = {
  kind: "crontab",
  label: "a crontab",
  dialect: "vixie",
  resembles: (text) =>
    text.split("\n", 5_000).some((line) => line.length <= LONGEST_LINE && splitRow(line.trim()) !== null),
  read(text) {
    const rows: Row[] = [];
    const entries: Entry[] = [];
    const order: (Row | Entry)[] = [];
    const notes: string[] = [];
    let zone: string | null = null;
    let wrongZone: string | null = null;
    let above: string | null = null;
    for (const [index, raw] of text.split(/\r\n|\r|\n/).entries()) {
      const line = raw.trim();
      const where = `line ${index + 1}`;
      if (line === "" || line.startsWith("#")) {
        above = line === "" ? null : titleIn(line);
        continue;
      }
      if (line.length > LONGEST_LINE) {
        order.push(refusedEntry(where, line, "This line is longer than any that cron takes."));
        above = null;
        continue;
      }
      const split = splitRow(line);
      const assigned = split === null ? ASSIGNMENT.exec(line) : null;
      if (assigned) {
        const name = assigned[1] ?? assigned[2] ?? assigned[3] ?? "";
        const value = (assigned[4] ?? "").trim().replace(/^(["'])(.*)\1$/, "$2");
        if (name === "CRON_TZ") {
          zone = value !== "" && isZone(value) ? value : null;
          wrongZone = value !== "" && zone === null ? value : null;
        } else if (name === "TZ") {
          notes.push(
            `TZ on ${where} is handed to the commands; most crons fire by the machine's clock all the same. Choose the machine's zone.`,
          );
        }
        continue;
      }
      if (split === null) {
        const because = line.startsWith("@")
          ? "After a nickname a command has to follow."
          : "This is no row of a crontab: five fields, then a command.";
        order.push(refusedEntry(where, line, because));
      } else if (split.expression === "@reboot") {
        const because = "@reboot fires when the machine starts: that is no time at which a run could be expected.";
        order.push(refusedEntry(where, line, because));
      } else if (wrongZone !== null) {
        order.push(refusedEntry(where, line, `CRON_TZ above it names “${shown(wrongZone)}”, which is no time zone.`));
      } else {
        const row: Row = { where, text: line, ...split, zone, above };
        rows.push(row);
        order.push(row);
      }
      above = null;
    }
    const withUser = hasUserColumn(rows, text);
    if (withUser) notes.push("Read as a table of the system: a user stands before each command.");
    for (const one of order) {
      if ("kind" in one) {
        entries.push(one);
        continue;
      }
      const [, rest = ""] = withUser ? (/^\S+\s+(.*)$/.exec(one.rest) ?? []) : [null, one.rest];
      const command = commandOf(rest);
      entries.push({
        ...{ kind: "found", where: one.where, written: shown(one.text), expression: one.expression },
        name: trailing(command) ?? one.above ?? nameOfCommand(command),
        ...{ timezone: one.zone, path: null, suspended: false, notes: [] },
      });
    }
    return ok({ entries, notes });
  },
  limits: [
    "A table does not say in which zone its machine lives, unless CRON_TZ does.",
    "The command stays in the table: Rollcall keeps the name that it makes of it, and nothing else.",
  ],
};
