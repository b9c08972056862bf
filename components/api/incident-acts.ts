/** What a person does about an incident, and what it makes of it. */
import type { Incident } from "./shapes.ts";

export type Act =
  | { readonly kind: "acknowledge"; readonly note?: string; readonly expectedFixAt?: string; readonly outage?: boolean }
  | { readonly kind: "unacknowledge"; readonly note?: string }
  | { readonly kind: "snooze"; readonly until: string }
  | { readonly kind: "unsnooze"; readonly note?: string }
  | { readonly kind: "resolve"; readonly note?: string; readonly outage?: boolean }
  | { readonly kind: "assign"; readonly userId: string | null; readonly name: string | null }
  | { readonly kind: "notes"; readonly text: string };

/** The incident as it will be, before the server has said so. */
export function foreseen<T extends Incident>(
  incident: T,
  act: Act,
  by: { readonly name: string; readonly at: string },
): T {
  switch (act.kind) {
    case "acknowledge":
      return {
        ...incident,
        ...{ state: "acknowledged", acknowledgedAt: by.at, acknowledgedBy: by.name, snoozedUntil: null },
        expectedFixAt: act.expectedFixAt ?? incident.expectedFixAt,
      };
    case "snooze":
      return {
        ...incident,
        ...{ state: "acknowledged", snoozedUntil: act.until },
        ...(incident.state === "open" ? { acknowledgedAt: by.at, acknowledgedBy: by.name } : {}),
      };
    case "unacknowledge":
      return {
        ...incident,
        ...{ state: "open", acknowledgedAt: null, acknowledgedBy: null, snoozedUntil: null, expectedFixAt: null },
      };
    case "unsnooze":
      return { ...incident, snoozedUntil: null };
    case "resolve":
      return {
        ...incident,
        ...{ state: "resolved", resolvedAt: by.at, resolvedBy: by.name, snoozedUntil: null },
        resolution: act.note ?? incident.resolution,
      };
    case "assign":
      return { ...incident, assignee: act.userId === null ? null : { id: act.userId, name: act.name ?? "" } };
    case "notes":
      return incident;
  }
}

/** Whether the act means something for an incident in this state. */
export function isOpenTo({ state }: Pick<Incident, "state">, kind: Act["kind"]): boolean {
  switch (kind) {
    case "notes":
      return true;
    case "acknowledge":
      return state === "open";
    case "unacknowledge":
    case "unsnooze":
      return state === "acknowledged";
    case "snooze":
    case "resolve":
    case "assign":
      return state !== "resolved";
  }
}

const DONE: Readonly<Record<Act["kind"], string>> = {
  acknowledge: "Acknowledged",
  unacknowledge: "Open again",
  snooze: "Snoozed",
  unsnooze: "Snooze taken back",
  resolve: "Resolved",
  assign: "Assigned",
  notes: "Noted",
};

/** `Acknowledged: incident 3`, `Acknowledged: 4 incidents`. */
export function doneInWords(act: Act, incidents: readonly Pick<Incident, "number">[]): string {
  const did = act.kind === "assign" && act.userId === null ? "Assigned to nobody" : DONE[act.kind];
  const [one] = incidents;
  return incidents.length === 1 && one ? `${did}: incident ${one.number}` : `${did}: ${incidents.length} incidents`;
}

/** What the server is asked: the names of people are the screen's alone. */
export function bodyOf(act: Act): Readonly<Record<string, unknown>> {
  if (act.kind === "assign") return { userId: act.userId };
  const { kind: _, ...body } = act;
  return body;
}
