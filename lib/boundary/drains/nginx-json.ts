/** nginx with `log_format … escape=json`, under the names of nginx's own variables. */
import type { DrainFormat } from "./drain-format.ts";
import { methodOf, momentOf, pathOf, statusOf, textIn } from "./fields.ts";

export const nginxJson: DrainFormat = {
  kind: "nginx-json",
  label: "nginx access log, JSON",
  recognises: (entry) =>
    entry.kind === "record" && ("request_uri" in entry.record || "uri" in entry.record) && "status" in entry.record,
  read(entry) {
    if (entry.kind !== "record") return null;
    const { record } = entry;
    const at = momentOf(textIn(record, "time_iso8601", "msec", "time", "timestamp"));
    const method = methodOf(textIn(record, "request_method", "method"));
    const path = pathOf(textIn(record, "request_uri", "uri"));
    const status = statusOf(textIn(record, "status"));
    if (at === null || method === null || path === null || status === null) return null;
    const userAgent = textIn(record, "http_user_agent", "user_agent");
    const location = textIn(record, "sent_http_location");
    return { at, method, path, status, userAgent, id: textIn(record, "request_id"), location, mitigated: null };
  },
  limits: [],
};
