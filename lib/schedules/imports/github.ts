/** A workflow of GitHub Actions: `on.schedule`, one cron line or several, with a timezone beside it or without. */
import { invalid, ok, refuse } from "#lib/problem.ts";
import { type Entry, type ImportMember, refusedEntry, shown } from "./import-kind.ts";
import { fieldOf, readYaml, textOf } from "./untrusted.ts";

export const github: ImportMember = {
  kind: "github",
  label: "a workflow of GitHub Actions",
  dialect: "github",
  resembles: (text) => /^["']?on["']?\s*:/m.test(text) && /^[ \t]*(?:-[ \t]*)?["']?cron["']?\s*:/m.test(text),
  read(text) {
    const documents = readYaml(text);
    if (!documents.ok) return documents;
    const entries: Entry[] = [];
    for (const workflow of documents.value) {
      const lines = fieldOf(workflow, "on", "schedule");
      if (!Array.isArray(lines)) continue;
      const name = textOf(fieldOf(workflow, "name")) ?? "workflow";
      for (const [index, line] of lines.entries()) {
        const where = `on.schedule[${index}]`;
        const [expression, zone] = [textOf(fieldOf(line, "cron")), fieldOf(line, "timezone")];
        const written = shown(`${name}: ${expression ?? "no cron"}`);
        if (expression === null) entries.push(refusedEntry(where, written, "It has no cron line."));
        else if (zone !== undefined && textOf(zone) === null) {
          entries.push(refusedEntry(where, written, "Its timezone is no text."));
        } else {
          const timezone = textOf(zone) ?? "UTC";
          entries.push({
            ...{ kind: "found", where, written, name, expression, timezone, path: null, suspended: false, notes: [] },
          });
        }
      }
    }
    if (entries.length > 0) return ok({ entries, notes: [] });
    const message = "No workflow in it runs on a schedule.";
    const doNext = "Paste a workflow that has on: schedule: with a cron line.";
    return refuse(invalid({ message, doNext, errors: [{ path: "text", message }] }));
  },
  limits: ["A workflow without a name of its own has that of its file, which the text does not say."],
};
