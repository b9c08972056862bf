import type { Act } from "./incident-acts.ts";
import type { Incident } from "./shapes.ts";

/**
 * The act that takes another back, from what the incident was before; `null` for what is only added to or ends it. What
 * was snoozed or expected to be fixed by a time that has passed comes back as acknowledged.
 */
export function undoOf(before: Incident, act: Act, now: number): Act | null {
  const snoozed = before.snoozedUntil !== null && Date.parse(before.snoozedUntil) > now ? before.snoozedUntil : null;
  switch (act.kind) {
    case "acknowledge":
      if (before.state === "open") return { kind: "unacknowledge" };
      return snoozed === null ? null : { kind: "snooze", until: snoozed };
    case "snooze":
      if (before.state === "open") return { kind: "unacknowledge" };
      return snoozed === null ? { kind: "unsnooze" } : { kind: "snooze", until: snoozed };
    case "unsnooze":
      return snoozed === null ? null : { kind: "snooze", until: snoozed };
    case "assign":
      return { kind: "assign", userId: before.assignee?.id ?? null, name: before.assignee?.name ?? null };
    case "unacknowledge":
    case "notes":
    case "resolve":
      return null;
  }
}
