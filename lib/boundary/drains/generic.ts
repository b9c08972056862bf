/** Any log that can be told to write these names: `at`, `method`, `path`, `status`, `userAgent`, `id`, `location`. */
import type { DrainFormat } from "./drain-format.ts";
import { methodOf, momentOf, pathOf, statusOf, textIn } from "./fields.ts";

export const generic: DrainFormat = {
  kind: "generic",
  label: "Any log, under our names",
  recognises: (entry) => entry.kind === "record" && "path" in entry.record && "status" in entry.record,
  read(entry) {
    if (entry.kind !== "record") return null;
    const { record } = entry;
    const at = momentOf(textIn(record, "at", "timestamp", "time"));
    const path = pathOf(textIn(record, "path"));
    const status = statusOf(textIn(record, "status"));
    const method = methodOf(textIn(record, "method") ?? "GET");
    if (at === null || method === null || path === null || status === null) return null;
    return {
      at,
      method,
      path,
      status,
      userAgent: textIn(record, "userAgent"),
      id: textIn(record, "id"),
      location: textIn(record, "location"),
      mitigated: null,
    };
  },
  limits: [],
};
