/** What the API answers, as numbers to draw by. */
import type { Bucket, Lane, Timeline, Window } from "#components/api/shapes.ts";
import { isBadMark, type MarkName, markOf } from "#components/marks/look.ts";

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface RunModel {
  readonly id: string;
  readonly from: number;
  /** `null`: under way. */
  readonly to: number | null;
  readonly failed: boolean;
}

export interface WindowModel {
  readonly opensAt: number;
  readonly expectedAt: number;
  readonly dueBy: number;
  readonly mark: MarkName;
  readonly runs: readonly RunModel[];
  readonly attempts: readonly number[];
  readonly refusals: readonly number[];
  /** As it came: what a card tells. */
  readonly told: Window;
}

export interface BucketModel extends Stretch {
  readonly worst: MarkName;
  readonly counts: Readonly<Partial<Record<MarkName, number>>>;
}

export interface LaneModel {
  readonly slug: string;
  readonly name: string;
  readonly cadence: string;
  readonly status: MarkName;
  readonly nextExpectedAt: number | null;
  readonly tags: readonly string[];
  readonly shades: readonly Stretch[];
  /** Moments at which another version came into force. */
  readonly notches: readonly number[];
  readonly windows: readonly WindowModel[];
  readonly buckets: readonly BucketModel[];
}

export interface TimelineModel extends Stretch {
  readonly blind: readonly Stretch[];
  readonly changes: readonly { readonly at: number; readonly title: string }[];
  readonly lanes: readonly LaneModel[];
  readonly more: boolean;
}

const windowModel = (told: Window): WindowModel => ({
  opensAt: Date.parse(told.opensAt),
  expectedAt: Date.parse(told.expectedAt),
  dueBy: Date.parse(told.dueBy),
  mark: markOf(told),
  runs: told.runs.map((run) => ({
    id: run.id,
    from: Date.parse(run.startedAt),
    to: run.finishedAt === null ? null : Date.parse(run.finishedAt),
    failed: run.outcome === "fail",
  })),
  attempts: told.attempts.map(({ at }) => Date.parse(at)),
  refusals: told.decisions
    .filter(({ outcome, via }) => outcome === "rejected" && via === "scheduler")
    .map(({ at }) => Date.parse(at)),
  told,
});

const bucketModel = (bucket: Bucket, seconds: number): BucketModel => {
  const from = Date.parse(bucket.at);
  return { from, to: from + seconds * 1_000, worst: bucket.worst, counts: bucket.counts };
};

const stretch = ({ from, to }: { readonly from: string; readonly to: string | null }, end: number): Stretch => ({
  from: Date.parse(from),
  to: to === null ? end : Date.parse(to),
});

export function laneModel(lane: Lane, around: { readonly bucketSeconds: number; readonly end: number }): LaneModel {
  return {
    slug: lane.slug,
    name: lane.name,
    cadence: lane.cadence,
    status: lane.status,
    nextExpectedAt: lane.nextExpectedAt === null ? null : Date.parse(lane.nextExpectedAt),
    tags: lane.tags,
    shades: [...lane.maintenance, ...lane.pauses].map((one) => stretch(one, around.end)),
    notches: lane.versions.filter(({ version }) => version > 1).map(({ at }) => Date.parse(at)),
    windows: (lane.windows ?? []).map(windowModel),
    buckets: (lane.buckets ?? []).map((bucket) => bucketModel(bucket, around.bucketSeconds)),
  };
}

export function timelineModel(told: Timeline): TimelineModel {
  const end = Date.parse(told.to);
  const around = { bucketSeconds: told.bucketSeconds ?? 1, end };
  return {
    from: Date.parse(told.from),
    to: end,
    blind: told.blind.map((one) => stretch(one, end)),
    changes: told.changes.map(({ at, title }) => ({ at: Date.parse(at), title })),
    lanes: told.lanes.map((lane) => laneModel(lane, around)),
    more: told.nextCursor !== null,
  };
}

export type Counts = Partial<Record<MarkName, number>>;

/** How many windows of a lane within a stretch have which mark; those to come are not counted. */
export function countsOf(lane: LaneModel, within: Stretch): Counts {
  const counts: Counts = {};
  const add = (mark: MarkName, many: number) => {
    if (mark !== "upcoming") counts[mark] = (counts[mark] ?? 0) + many;
  };
  for (const window of lane.windows) {
    if (window.expectedAt >= within.from && window.expectedAt < within.to) add(window.mark, 1);
  }
  for (const bucket of lane.buckets) {
    if (bucket.to <= within.from || bucket.from >= within.to) continue;
    for (const [mark, many] of Object.entries(bucket.counts)) add(mark as MarkName, many);
  }
  return counts;
}

/** Rollcall watches its own jobs as it watches others. */
export const isOwn = ({ slug, tags }: { readonly slug: string; readonly tags: readonly string[] }): boolean =>
  slug.startsWith("rollcall-") && tags.includes("rollcall");

export const isBadWindow = (window: WindowModel): boolean => isBadMark(window.mark);
