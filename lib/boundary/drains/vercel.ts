/** Vercel's log drain (vercel.com/docs/drains/reference/logs): an array or NDJSON of logs, of which `proxy` tells of a request. */
import type { DrainFormat } from "./drain-format.ts";
import { methodOf, momentOf, pathOf, recordIn, statusOf, textIn } from "./fields.ts";

export const vercel: DrainFormat = {
  kind: "vercel",
  label: "Vercel log drain",
  recognises: (entry) =>
    entry.kind === "record" &&
    ("deploymentId" in entry.record || "projectId" in entry.record) &&
    "source" in entry.record,
  read(entry) {
    if (entry.kind !== "record") return null;
    const { record } = entry;
    const proxy = recordIn(record, "proxy");
    const at = momentOf(textIn(proxy, "timestamp") ?? textIn(record, "timestamp"));
    const method = methodOf(textIn(proxy, "method"));
    const path = pathOf(textIn(proxy, "path") ?? textIn(record, "path"));
    const status = statusOf(textIn(proxy, "statusCode") ?? textIn(record, "statusCode"));
    if (at === null || method === null || path === null || status === null) return null;
    const agents = proxy["userAgent"];
    const action = textIn(proxy, "wafAction");
    return {
      ...{ at, method, path, status, id: textIn(record, "requestId") ?? textIn(record, "id") },
      location: null,
      userAgent: Array.isArray(agents)
        ? (agents.find((one) => typeof one === "string") ?? null)
        : textIn(proxy, "userAgent"),
      mitigated: action === "challenge" ? "challenge" : action === "deny" || action === "rate_limit" ? "block" : null,
    };
  },
  limits: ["A request that Deployment Protection answers is logged with its status, not with who answered."],
};
