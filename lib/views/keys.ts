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
  settings: (...rest: readonly (string | null)[]): QueryKey => ["settings", ...rest],
  connections: (): QueryKey => ["connections"],
  routes: (): QueryKey => ["routes"],
  route: (name: string): QueryKey => ["route", name],
  accelerations: (...filters: readonly (string | null)[]): QueryKey => ["accelerations", ...filters],
  acceleration: (id: string): QueryKey => ["acceleration", id],
  demo: (): QueryKey => ["demo"],
  decisions: (...filters: readonly (string | null)[]): QueryKey => ["decisions", ...filters],
  /** How many there were: [name, route or every one, further]. */
  decisionCounts: (...rest: readonly (string | number | null)[]): QueryKey => ["decision-counts", ...rest],
  verifications: (route: string, ...rest: readonly number[]): QueryKey => ["verifications", route, ...rest],
} as const;

/** A window may be expected so long before the end of its run, or before its verdict: about, in ms. */
const STILL_PRESENT = 3_600_000;

/**
 * Whether what is held under a key went stale with these lanes: a tile that holds one of them and the present, or what
 * is still to come. What is past stands, but for late evidence: that is found when the tile is next looked at.
 */
export function isTileOf(key: readonly unknown[], slugs: ReadonlySet<string>, now: number): boolean {
  const [name, , to, held] = key;
  if (name !== "tiles" || typeof to !== "number" || typeof held !== "string") return false;
  return to > now - STILL_PRESENT && held.split(",").some((slug) => slugs.has(slug));
}

/** The slug in a stale key that speaks of tiles with one lane; `null`: of something else, or of all of them. */
export const laneOfTiles = ([name, slug]: QueryKey): string | null =>
  name === "tiles" && typeof slug === "string" ? slug : null;

/** The beginnings of the keys that a topic of `lib/db/tell.ts` makes stale; none for a topic that is not known. */
export function staleKeys(topic: string): readonly QueryKey[] {
  const [subject, one] = topic.split("/", 2);
  switch (subject) {
    case "schedules":
      return one === undefined
        ? [
            ["timeline"],
            ["tiles"],
            ["lanes"],
            ["density"],
            ["bad"],
            ["overview"],
            ["schedules"],
            ["schedule"],
            ["windows"],
          ]
        : [["timeline"], ["tiles", one], ["lanes"], ["overview"], ["schedules"], ["schedule", one], ["windows", one]];
    case "incidents":
      return one === undefined
        ? [["lanes"], ["density"], ["bad"], ["overview"], ["incidents"], ["incident"], ["outages"]]
        : [["lanes"], ["density"], ["bad"], ["overview"], ["incidents"], ["incident", one], ["outages"]];
    case "outages":
      return [["outages"], ["incidents"]];
    case "maintenance":
      return [["maintenance"], ["timeline"], ["tiles"]];
    case "changes":
      return [["changes"], ["timeline"], ["tiles"]];
    case "discarded":
      return [["discarded"], ["overview"]];
    case "accelerations":
      return [["accelerations"], ["acceleration"]];
    case "webhooks":
      return [["webhooks"]];
    case "connections":
      return [["connections"]];
    case "settings":
      return [["settings"]];
    case "routes":
      return one === undefined
        ? [["routes"], ["route"], ["decisions"], ["decision-counts"], ["verifications"], ["demo"]]
        : [["routes"], ["route", one], ["decisions", one], ["decision-counts"], ["verifications", one]];
    default:
      return [];
  }
}
