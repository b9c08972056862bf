/** Lanes as rows of a list: in their order, under the heads of their groups. Pure. */
import { isBadMark, type MarkName, rankOf } from "#components/marks/look.ts";
import { isOwn, type LaneHead } from "./model.ts";

export const GROUPS = ["tag", "environment", "owner", "route", "driver"] as const;
export type Group = (typeof GROUPS)[number];
export const SORTS = ["wrong", "name", "next"] as const;
export type Sort = (typeof SORTS)[number];

export interface GroupRow {
  readonly kind: "group";
  /** Unique among rows, and what a collapsed group is known by. */
  readonly key: string;
  readonly name: string;
  readonly lanes: number;
  readonly bad: number;
  readonly worst: MarkName;
  readonly open: boolean;
}
export interface LaneRow {
  readonly kind: "lane";
  readonly key: string;
  readonly lane: LaneHead;
  /** Rollcall's own: quiet. */
  readonly own: boolean;
}
export type Row = GroupRow | LaneRow;

const NONE: Readonly<Record<Group, string>> = {
  tag: "No tag",
  environment: "No environment",
  owner: "No owner",
  route: "No route",
  driver: "No driver",
};

export const OWN_GROUP = "Rollcall itself";

function groupOf(lane: LaneHead, group: Group): string {
  const value = group === "tag" ? [...lane.tags].sort()[0] : lane[group];
  return value === null || value === undefined || value === "" ? NONE[group] : value;
}

/** As they were put before, what is new at its end: so that nothing moves away from under a pointer. */
export function inFrozenOrder(lanes: readonly LaneHead[], slugs: readonly string[]): LaneHead[] {
  const place = new Map(slugs.map((slug, index) => [slug, index]));
  const last = slugs.length;
  return [...lanes].sort((a, b) => (place.get(a.slug) ?? last) - (place.get(b.slug) ?? last));
}

function groupRow(name: string, lanes: readonly LaneHead[], open: boolean): GroupRow {
  let worst: MarkName = lanes[0]?.status ?? "new";
  for (const { status } of lanes) if (rankOf(status) < rankOf(worst)) worst = status;
  const bad = lanes.filter(({ status }) => isBadMark(status)).length;
  return { kind: "group", key: `group ${name}`, name, lanes: lanes.length, bad, worst, open };
}

const laneRow = (lane: LaneHead): LaneRow => ({ kind: "lane", key: lane.slug, lane, own: isOwn(lane) });

/**
 * @param lanes in their order; Rollcall's own go last whatever it is
 * @param collapsed names of groups of which only the head is shown
 */
export function rowsOf(
  lanes: readonly LaneHead[],
  { group, collapsed }: { readonly group: Group | null; readonly collapsed: ReadonlySet<string> },
): Row[] {
  const theirs = lanes.filter((lane) => !isOwn(lane));
  const own = lanes.filter(isOwn);
  if (group === null) return [...theirs, ...own].map(laneRow);
  const groups = new Map<string, LaneHead[]>();
  for (const lane of theirs) {
    const name = groupOf(lane, group);
    const members = groups.get(name);
    if (members) members.push(lane);
    else groups.set(name, [lane]);
  }
  // The server sorts by group first; a lane that is read anew may come out of turn.
  const named = [...groups.entries()].sort(
    ([a], [b]) => Number(a === NONE[group]) - Number(b === NONE[group]) || (a < b ? -1 : 1),
  );
  if (own.length > 0) named.push([OWN_GROUP, own]);
  return named.flatMap(([name, members]): Row[] => {
    const open = !collapsed.has(name);
    return [groupRow(name, members, open), ...(open ? members.map(laneRow) : [])];
  });
}
