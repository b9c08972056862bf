import { EDGE_REASONS } from "#gate/contracts/reasons.ts";
import { SCHEDULER_SIDE } from "#lib/boundary/silence.ts";
import type { IncidentCause } from "./lifecycle.ts";

/** What the incidents of one outage have in common (domain.md, Incident). */
export interface OutageReason {
  readonly key: string;
  readonly reason: string;
  readonly route: string | null;
  readonly driver: string | null;
}

/** The reason of a silent window whose scheduler's history cannot be read, and of the outage of its driver. */
export const DRIVER_FAILING = "driver_failing";

/** The outage that an incident joins: the same boundary reason on the same route, or the same driver failing. */
export function outageReason(told: {
  readonly cause: IncidentCause | null;
  readonly reason: string | null;
  readonly route: string | null;
  readonly driver: { readonly kind: string; readonly connection?: string };
}): OutageReason | null {
  if (told.cause === "rejected" && told.route !== null) {
    const reason = told.reason ?? "refused";
    return { key: `boundary:${told.route}:${reason}`, reason, route: told.route, driver: null };
  }
  // What a probe found in the way of a silent schedule is in the way of all that cross the route; where it found nothing,
  // each schedule has a reason of its own.
  const inTheWay = told.reason !== DRIVER_FAILING && told.reason !== SCHEDULER_SIDE;
  if (told.cause === "silent" && told.route !== null && told.reason !== null && inTheWay) {
    return { key: `boundary:${told.route}:${told.reason}`, reason: told.reason, route: told.route, driver: null };
  }
  const failing = told.cause === "silent" && told.reason === DRIVER_FAILING;
  if ((failing || told.cause === "not_fired" || told.cause === "unreached") && told.driver.kind !== "external") {
    const driver = told.driver.connection ? `${told.driver.kind}/${told.driver.connection}` : told.driver.kind;
    return { key: `driver:${driver}`, reason: DRIVER_FAILING, route: null, driver };
  }
  return null;
}

/** `wrong_contract` as a person says it. */
const inWords = (reason: string): string => reason.replaceAll("_", " ");

const EDGE: ReadonlySet<string> = new Set(EDGE_REASONS);

/** What an outage is, in one sentence; its times stand beside it. */
export function outageSentence(
  outage: Pick<OutageReason, "reason" | "route" | "driver">,
  /** How many schedules have an incident of it: an unresolved one while it is open. None where only the matrix found it. */
  incidents: number,
): string {
  const count = incidents === 1 ? "1 schedule" : `${incidents} schedules`;
  if (outage.driver !== null) return `The driver ${outage.driver} is failing: ${count}.`;
  if (incidents === 0) return `The boundary of ${outage.route ?? "an unknown route"} does not hold: ${inWords(outage.reason).replace(":", ", ")}.`; // biome-ignore format: one sentence
  if (EDGE.has(outage.reason.split(":", 1)[0] ?? "")) {
    const verb = incidents === 1 ? "is" : "are";
    return `${count} ${verb} not reached through ${outage.route ?? "an unknown route"}: ${inWords(outage.reason).replace(":", ", ")}.`;
  }
  return `${count} refused at the boundary of ${outage.route ?? "an unknown route"}: ${inWords(outage.reason)}.`;
}
