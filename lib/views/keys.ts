/** Names of what screens hold in their caches, and which of them a notice makes stale. Pure: read by both sides. */

export type QueryKey = readonly [name: string, ...rest: readonly (string | number | null)[]];

export const KEYS = {
  timeline: (...rest: readonly (string | number | null)[]): QueryKey => ["timeline", ...rest],
  lanes: (...filters: readonly (string | null)[]): QueryKey => ["lanes", ...filters],
  /** One block of lanes over one stretch of time: [name, from, to, slugs by commas]. */
  tile: (tile: { readonly from: number; readonly to: number }, slugs: readonly string[]): QueryKey => [
    "tiles",
    tile.from,
    tile.to,
    slugs.join(","),
  ],
  density: (...rest: readonly (string | number | null)[]): QueryKey => ["density", ...rest],
  bad: (...rest: readonly (string | number | null)[]): QueryKey => ["bad", ...rest],
  overview: (): QueryKey => ["overview"],
  schedules: (...filters: readonly (string | null)[]): QueryKey => ["schedules", ...filters],
  schedule: (slug: string): QueryKey => ["schedule", slug],
  windows: (slug: string, ...rest: readonly (string | number | null)[]): QueryKey => ["windows", slug, ...rest],
  incidents: (...filters: readonly (string | null)[]): QueryKey => ["incidents", ...filters],
  incident: (id: string): QueryKey => ["incident", id],
  outages: (): QueryKey => ["outages"],
  discarded: (): QueryKey => ["discarded"],
  maintenance: (): QueryKey => ["maintenance"],
  changes: (): QueryKey => ["changes"],
  webhooks: (): QueryKey => ["webhooks"],
  routes: (): QueryKey => ["routes"],
  route: (name: string): QueryKey => ["route", name],
  decisions: (...filters: readonly (string | null)[]): QueryKey => ["decisions", ...filters],
} as const;

/** The beginnings of the keys that a topic of `lib/db/tell.ts` makes stale; none for a topic that is not known. */
export function staleKeys(topic: string): readonly QueryKey[] {
  const [subject, one] = topic.split("/", 2);
  switch (subject) {
    case "schedules":
      return one === undefined
        ? [["timeline"], ["overview"], ["schedules"], ["schedule"], ["windows"]]
        : [["timeline"], ["overview"], ["schedules"], ["schedule", one], ["windows", one]];
    case "incidents":
      return one === undefined
        ? [["overview"], ["incidents"], ["incident"], ["outages"]]
        : [["overview"], ["incidents"], ["incident", one], ["outages"]];
    case "outages":
      return [["outages"], ["incidents"]];
    case "maintenance":
      return [["maintenance"], ["timeline"]];
    case "changes":
      return [["changes"], ["timeline"]];
    case "discarded":
      return [["discarded"], ["overview"]];
    case "webhooks":
      return [["webhooks"]];
    case "routes":
      return one === undefined
        ? [["routes"], ["route"], ["decisions"]]
        : [["routes"], ["route", one], ["decisions", one]];
    default:
      return [];
  }
}
