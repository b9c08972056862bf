/** How lanes of the timeline can be sorted. */
export const LANE_SORTS = ["wrong", "name", "slug"] as const;
export type LaneSort = (typeof LANE_SORTS)[number];
