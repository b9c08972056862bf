/** Cloudflare Logpush, dataset `http_requests` (developers.cloudflare.com/logs): NDJSON. */
import type { DrainFormat } from "./drain-format.ts";
import { methodOf, momentOf, pathOf, recordIn, statusOf, textIn } from "./fields.ts";

const CHALLENGES = new Set([
  "challenge",
  "managed_challenge",
  "jschallenge",
  "managedchallenge",
  "managed_challenge_skipped",
]);

export const cloudflare: DrainFormat = {
  kind: "cloudflare",
  label: "Cloudflare Logpush",
  recognises: (entry) => entry.kind === "record" && "EdgeResponseStatus" in entry.record,
  read(entry) {
    if (entry.kind !== "record") return null;
    const { record } = entry;
    const at = momentOf(textIn(record, "EdgeStartTimestamp", "EdgeEndTimestamp"));
    const method = methodOf(textIn(record, "ClientRequestMethod"));
    const path = pathOf(textIn(record, "ClientRequestPath", "ClientRequestURI"));
    const status = statusOf(textIn(record, "EdgeResponseStatus"));
    if (at === null || method === null || path === null || status === null) return null;
    const action = (textIn(record, "SecurityAction", "WAFAction") ?? "").toLowerCase();
    const mitigated = CHALLENGES.has(action) ? "challenge" : action === "block" || action === "drop" ? "block" : null;
    return {
      at,
      method,
      path,
      status,
      userAgent: textIn(record, "ClientRequestUserAgent"),
      id: textIn(record, "RayID"),
      // A custom field of the job: Logpush has no answer's headers of its own accord.
      location: textIn(recordIn(record, "ResponseHeaders"), "location"),
      mitigated,
    };
  },
  limits: ["Who challenges or blocks is told only with the field SecurityAction."],
};
