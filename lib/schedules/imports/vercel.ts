/** vercel.json: `crons`, each a path and a schedule (vercel.com/docs/cron-jobs). */
import { invalid, ok, refuse } from "#lib/problem.ts";
import { type Entry, type ImportMember, refusedEntry, shown } from "./import-kind.ts";
import { fieldOf, isRecord, textOf } from "./untrusted.ts";

const wrong = (message: string) =>
  refuse(invalid({ message, doNext: "Paste the whole of vercel.json.", errors: [{ path: "text", message }] }));

function entryOf(given: unknown, where: string): Entry {
  const [path, schedule] = [textOf(fieldOf(given, "path")), textOf(fieldOf(given, "schedule"))];
  const written = shown(`${path ?? "?"} ${schedule ?? "?"}`);
  if (path === null || !path.startsWith("/")) return refusedEntry(where, written, "It has no path that begins with /.");
  if (schedule === null) return refusedEntry(where, written, "It has no schedule.");
  const plain = path.replace(/[?#].*$/, "");
  const name = plain.replace(/^\/(?:api\/)?(?:crons?\/)?/, "").replace(/\/+$/, "") || plain;
  return {
    ...{ kind: "found", where, written, name, expression: schedule, timezone: "UTC", path: plain },
    ...{ suspended: false, notes: [] },
  };
}

export const vercel: ImportMember = {
  kind: "vercel",
  label: "vercel.json",
  dialect: "vercel",
  resembles: (text) => /^\s*\{/.test(text) && /"crons"\s*:/.test(text),
  read(text) {
    let file: unknown;
    try {
      file = JSON.parse(text);
    } catch {
      return wrong("This is not JSON.");
    }
    const crons = fieldOf(file, "crons");
    if (!isRecord(file) || !Array.isArray(crons)) return wrong("There is no list of crons in it.");
    return ok({ entries: crons.map((one: unknown, index) => entryOf(one, `crons[${index}]`)), notes: [] });
  },
  limits: ["vercel.json does not say on which plan it is deployed: how punctual Vercel fires depends on it."],
};
