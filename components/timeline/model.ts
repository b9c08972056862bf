/** What the API answers, as numbers to draw by. */
import type { Bucket, ChangeMark, Lane, LaneBand, LaneListed, Run, Window } from "#components/api/shapes.ts";
import { type MarkName, markOf } from "#components/marks/look.ts";

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
  /** When an unfinished or over-long run of it passed its maximum run time; `null`: none did. */
  readonly limitAt: number | null;
  /** As it came: what a card tells. */
  readonly told: Window;
}

export interface BucketModel extends Stretch {
  readonly worst: MarkName;
  readonly counts: Readonly<Partial<Record<MarkName, number>>>;
}

/** What a lane is, whatever span is seen. */
export interface LaneHead {
  readonly slug: string;
  readonly name: string;
  readonly cadence: string;
  readonly status: MarkName;
  readonly nextExpectedAt: number | null;
  readonly tags: readonly string[];
  readonly environment: string;
  readonly owner: string | null;
  readonly route: string | null;
  /** The kind of its driver. */
  readonly driver: string;
  readonly openIncidentId: string | null;
}

/** An acceleration: from the moment at which the temporary spec was read back to that at which the revert began. */
export interface BandModel extends Stretch {
  readonly id: string;
  /** The run that confirmed it; `null`: none did, so far. */
  readonly confirmedAt: number | null;
  /** `null`: it goes on. */
  readonly revertedAt: number | null;
}

/** What is drawn of a lane in a span. */
export interface LaneFacts {
  /** Maintenance and pauses. */
  readonly shades: readonly Stretch[];
  readonly bands: readonly BandModel[];
  /** Moments at which another version came into force. */
  readonly notches: readonly number[];
  /** By `expectedAt`, ascending. */
  readonly windows: readonly WindowModel[];
  /** Runs that nobody expected, where windows come one by one; ascending. */
  readonly unscheduled: readonly RunModel[];
  /** Where windows are too narrow to be seen; ascending. */
  readonly buckets: readonly BucketModel[];
}

/** A lane and what is drawn of it, as one question answers both. */
export interface LaneModel extends LaneHead, LaneFacts {}

export interface ChangeModel {
  readonly id: string;
  readonly at: number;
  readonly title: string;
}

const runModel = (run: Pick<Run, "id" | "startedAt" | "finishedAt" | "outcome">): RunModel => ({
  id: run.id,
  from: Date.parse(run.startedAt),
  to: run.finishedAt === null ? null : Date.parse(run.finishedAt),
  failed: run.outcome === "fail",
});

const windowModel = (told: Window): WindowModel => ({
  opensAt: Date.parse(told.opensAt),
  expectedAt: Date.parse(told.expectedAt),
  dueBy: Date.parse(told.dueBy),
  mark: markOf(told),
  runs: told.runs.map(runModel),
  attempts: told.attempts.map(({ at }) => Date.parse(at)),
  refusals: told.decisions
    .filter(({ outcome, via }) => outcome === "rejected" && via === "scheduler")
    .map(({ at }) => Date.parse(at)),
  limitAt: told.limitAt === undefined ? null : Date.parse(told.limitAt),
  told,
});

/** What was refused at the boundary has a mark of its own, and is the worst of what is missing. */
const bucketModel = ({ at, worst, counts, rejected = 0 }: Bucket, seconds: number): BucketModel => {
  const from = Date.parse(at);
  const stretch = { from, to: from + seconds * 1_000 };
  if (rejected === 0) return { ...stretch, worst, counts };
  const { missing = 0, ...others } = counts;
  const silent = missing - rejected;
  return {
    ...stretch,
    worst: worst === "missing" ? "rejected" : worst,
    counts: { rejected, ...(silent > 0 ? { missing: silent } : {}), ...others },
  };
};

export const changeModel = ({ id, at, title }: ChangeMark): ChangeModel => ({ id, at: Date.parse(at), title });

export const stretch = ({ from, to }: { readonly from: string; readonly to: string | null }, end: number): Stretch => ({
  from: Date.parse(from),
  to: to === null ? end : Date.parse(to),
});

const moment = (at: string | null): number | null => (at === null ? null : Date.parse(at));

export const laneHead = (lane: Omit<LaneListed, "openIncidentId"> & Partial<LaneListed>): LaneHead => ({
  slug: lane.slug,
  name: lane.name,
  cadence: lane.cadence,
  status: lane.status,
  nextExpectedAt: moment(lane.nextExpectedAt),
  tags: lane.tags,
  environment: lane.environment,
  owner: lane.owner,
  route: lane.route,
  driver: lane.driver,
  openIncidentId: lane.openIncidentId ?? null,
});

const bandModel = (band: LaneBand): BandModel => ({
  id: band.id,
  from: Date.parse(band.from),
  to: Date.parse(band.to),
  confirmedAt: moment(band.confirmedAt),
  revertedAt: moment(band.revertedAt),
});

export interface Around {
  readonly bucketSeconds: number;
  /** Where what has no end is cut off. */
  readonly end: number;
}

export const laneFacts = (lane: Lane, around: Around): LaneFacts => ({
  shades: [...lane.maintenance, ...lane.pauses].map((one) => stretch(one, around.end)),
  bands: (lane.accelerations ?? []).map(bandModel),
  notches: lane.versions.filter(({ version }) => version > 1).map(({ at }) => Date.parse(at)),
  windows: (lane.windows ?? []).map(windowModel),
  unscheduled: (lane.unscheduled ?? []).map(runModel),
  buckets: (lane.buckets ?? []).map((bucket) => bucketModel(bucket, around.bucketSeconds)),
});

export const laneModel = (lane: Lane, around: Around): LaneModel => ({ ...laneHead(lane), ...laneFacts(lane, around) });

export type Counts = Partial<Record<MarkName, number>>;

/** How many windows of a lane within a stretch have which mark; those to come are not counted. */
export function countsOf(lane: Pick<LaneFacts, "windows" | "buckets">, within: Stretch): Counts {
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
