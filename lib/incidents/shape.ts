import { type Instant, toRfc3339 } from "#lib/time/instant.ts";
import { outageSentence } from "./outage.ts";
import type { EventRow, IncidentRow, OutageRow } from "./row-store.ts";

const time = (at: Instant | null): string | null => (at === null ? null : toRfc3339(at));

/** An incident as it leaves Rollcall (api.md, Shapes), without its windows and events. */
export const incidentShape = (row: IncidentRow) => ({
  id: row.id,
  number: row.number,
  kind: row.kind,
  ...(row.schedule === null ? {} : { schedule: row.schedule }),
  ...(row.route === null ? {} : { route: row.route }),
  ...(row.kind === "revert_failing" ? { acceleration: row.subject } : {}),
  state: row.state,
  sentence: row.sentence,
  cause: row.cause,
  reason: row.reason,
  diagnosis: row.diagnosis,
  since: toRfc3339(row.since),
  openedAt: toRfc3339(row.openedAt),
  acknowledgedAt: time(row.acknowledgedAt),
  acknowledgedBy: row.acknowledgedBy,
  snoozedUntil: time(row.snoozedUntil),
  expectedFixAt: time(row.expectedFixAt),
  assignee: row.assigneeId === null ? null : { id: row.assigneeId, name: row.assignee ?? "" },
  resolvedAt: time(row.resolvedAt),
  resolvedBy: row.resolvedBy,
  resolution: row.resolution,
  outageId: row.outageId,
  version: row.version,
});
export type IncidentShape = ReturnType<typeof incidentShape>;

export const eventShape = (row: EventRow) => ({
  at: toRfc3339(row.at),
  kind: row.kind,
  by: row.by,
  text: row.text,
});

/** How many incidents an outage speaks of: those that are unresolved, and all of them once it is over. */
type Spoken = Pick<IncidentRow, "state" | "kind">;
const spokenOf = (outage: OutageRow, states: readonly Spoken[]): number =>
  outage.resolvedAt === null ? states.filter(({ state }) => state !== "resolved").length : states.length;

/** An outage as it leaves Rollcall, without its incidents but for their number. */
export function outageShape(outage: OutageRow, incidents: readonly Spoken[]) {
  const incidentCount = spokenOf(outage, incidents);
  const ofSchedules = incidents.filter(({ kind }) => kind === "windows");
  return {
    id: outage.id,
    reason: outage.reason,
    ...(outage.route === null ? {} : { route: outage.route }),
    ...(outage.driver === null ? {} : { driver: outage.driver }),
    openedAt: toRfc3339(outage.openedAt),
    resolvedAt: time(outage.resolvedAt),
    incidentCount,
    sentence: outageSentence(outage, spokenOf(outage, ofSchedules)),
  };
}
