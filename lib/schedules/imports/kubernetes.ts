/** Manifests of Kubernetes: every CronJob in one document or many, also within a List. */
import { ok } from "#lib/problem.ts";
import { type Entry, type ImportMember, refusedEntry, shown } from "./import-kind.ts";
import { fieldOf, isRecord, readYaml, textOf } from "./untrusted.ts";

function entryOf(manifest: unknown, where: string): Entry {
  const name = textOf(fieldOf(manifest, "metadata", "name"));
  const expression = textOf(fieldOf(manifest, "spec", "schedule"));
  const zone = fieldOf(manifest, "spec", "timeZone");
  const written = shown(`CronJob ${name ?? "without a name"}: ${expression ?? "no schedule"}`);
  if (name === null) return refusedEntry(where, written, "Its metadata has no name.");
  if (expression === null) {
    const because =
      fieldOf(manifest, "spec", "schedule") == null
        ? "Its spec has no schedule."
        : "Its schedule is no text; if this is a template, paste what it renders to.";
    return refusedEntry(where, written, because);
  }
  if (zone !== undefined && zone !== null && textOf(zone) === null) {
    return refusedEntry(where, written, "Its timeZone is no text.");
  }
  const suspended = fieldOf(manifest, "spec", "suspend") === true;
  const notes = suspended ? ["It is suspended in the cluster: no run is to be expected until it is resumed."] : [];
  return { kind: "found", where, written, name, expression, timezone: textOf(zone), path: null, suspended, notes };
}

export const kubernetes: ImportMember = {
  kind: "kubernetes",
  label: "CronJobs of Kubernetes",
  dialect: "kubernetes",
  resembles: (text) =>
    /^[ \t"'-]*apiVersion["']?\s*:/m.test(text) &&
    /^[ \t"'-]*kind["']?\s*:\s*["']?(?:CronJob|CronJobList|List)\b/m.test(text),
  read(text) {
    const documents = readYaml(text);
    if (!documents.ok) return documents;
    const entries: Entry[] = [];
    let others = 0;
    const take = (manifest: unknown, where: string): void => {
      if (!isRecord(manifest)) return;
      const items = fieldOf(manifest, "items");
      if (fieldOf(manifest, "kind") === "CronJob") entries.push(entryOf(manifest, where));
      else if (Array.isArray(items)) {
        // A List holds no List: of one within another nothing is read.
        for (const [index, item] of items.entries()) {
          if (fieldOf(item, "kind") === "CronJob") entries.push(entryOf(item, `${where}, item ${index + 1}`));
          else others++;
        }
      } else others++;
    };
    for (const [index, document] of documents.value.entries()) take(document, `document ${index + 1}`);
    const kinds = others === 1 ? "1 object that is no CronJob was" : `${others} objects that are no CronJobs were`;
    return ok({ entries, notes: others === 0 ? [] : [`${kinds} left alone.`] });
  },
  limits: ["Without a timeZone the zone is the controller's, which the manifest does not say."],
};
