import type { Incident, Outage } from "#components/api/shapes.ts";

export interface Group {
  /** `null`: those that stand alone. */
  readonly outage: Outage | null;
  readonly incidents: readonly Incident[];
}

/** Incidents of one outage together, outages first; each as it came, the newest first. */
export function grouped(incidents: readonly Incident[], outages: readonly Outage[]): Group[] {
  const known = new Map(outages.map((outage) => [outage.id, outage]));
  const groups = new Map<string, Incident[]>();
  const alone: Incident[] = [];
  for (const incident of incidents) {
    const outage = incident.outageId === null ? undefined : known.get(incident.outageId);
    if (outage) groups.set(outage.id, [...(groups.get(outage.id) ?? []), incident]);
    else alone.push(incident);
  }
  return [
    ...[...groups].map(([id, members]) => ({ outage: known.get(id) ?? null, incidents: members })),
    ...(alone.length > 0 ? [{ outage: null, incidents: alone }] : []),
  ];
}
