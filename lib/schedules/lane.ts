/** How lanes of the timeline can be sorted: `wrong` is by what is wrong, then by name. */
export const LANE_SORTS = ["wrong", "name", "next", "slug"] as const;
export type LaneSort = (typeof LANE_SORTS)[number];

export const LANE_GROUPS = ["tag", "environment", "owner", "route", "driver"] as const;
export type LaneGroup = (typeof LANE_GROUPS)[number];
