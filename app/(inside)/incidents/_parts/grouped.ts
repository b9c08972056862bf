import type { Incident, Outage } from "#components/api/shapes.ts";

export interface Group {
  /** `null`: those that stand alone. */
  readonly outage: Outage | null;
  readonly incidents: readonly Incident[];
}

/** Incidents of one outage together, outages first; each in the order in which it came. */
export function grouped(incidents: readonly Incident[], outages: readonly Outage[]): Group[] {
  const known = new Map(outages.map((outage) => [outage.id, outage]));
  const groups = new Map<string, Incident[]>();
  const alone: Incident[] = [];
  for (const incident of incidents) {
    const outage = incident.outageId === null ? undefined : known.get(incident.outageId);
    const members = outage && groups.get(outage.id);
    if (members) members.push(incident);
    else if (outage) groups.set(outage.id, [incident]);
    else alone.push(incident);
  }
  return [
    ...[...groups].map(([id, members]) => ({ outage: known.get(id) ?? null, incidents: members })),
    ...(alone.length > 0 ? [{ outage: null, incidents: alone }] : []),
  ];
}

/** What the keyboard goes through: the head of an outage stands for all of it. */
export interface Stop {
  readonly id: string;
  readonly incidents: readonly Incident[];
  readonly outage: Outage | null;
}

export const stopsOf = (groups: readonly Group[]): Stop[] =>
  groups.flatMap(({ outage, incidents }) => [
    ...(outage ? [{ id: outage.id, incidents, outage }] : []),
    ...incidents.map((incident) => ({ id: incident.id, incidents: [incident], outage: null })),
  ]);
