/**
 * The jobs of a small shop, as they went for a month: mostly well, and not at all in the last night. Pure and the same
 * each time, so that pictures of it can be compared.
 */
import type { CheckInKind } from "#lib/evidence/check-in.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** 04:49 in New York, a Tuesday: somebody was woken. */
export const STORY_NOW = Date.UTC(2027, 0, 12, 9, 49, 0);
export const DEPLOY = STORY_NOW - 2 * HOUR - 53 * MINUTE;
/** Rollcall itself was down for a quarter of an hour. */
export const DOWN = { from: STORY_NOW - 4 * HOUR - 8 * MINUTE, to: STORY_NOW - 3 * HOUR - 55 * MINUTE } as const;

export interface Said {
  readonly at: number;
  readonly kind: CheckInKind;
  readonly exitStatus?: number;
  readonly body?: string;
}

/** What it said about one expected time; nothing: no run came. */
type Course = (expectedAt: number, random: () => number) => readonly Said[];

export interface Job {
  readonly slug: string;
  readonly daysOld: number;
  readonly fields: Record<string, unknown>;
  readonly course: Course;
  /** Where it is called behind the boundary; a gate says of each call what it decided. */
  readonly calledAt?: string;
}

/** A sequence that is the same each time (a linear congruence as in Numerical Recipes). */
export function sequence(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Habit {
  /** Minutes: how long after its time it begins, and how long it takes, at least and at most. */
  readonly after: readonly [number, number];
  readonly takes: readonly [number, number];
}

const between = ([least, most]: readonly [number, number], random: () => number): number =>
  (least + (most - least) * random()) * MINUTE;

/** Whole seconds, as jobs on a clock are. */
const second = (moment: number): number => Math.round(moment / 1_000) * 1_000;

function ran(expectedAt: number, habit: Habit, random: () => number): Said[] {
  const from = second(expectedAt + between(habit.after, random));
  const to = second(from + between(habit.takes, random));
  if (from > STORY_NOW) return [];
  const began: Said = { at: from, kind: "start" };
  return to > STORY_NOW ? [began] : [began, { at: to, kind: "success", exitStatus: 0 }];
}

const well =
  (habit: Habit): Course =>
  (expectedAt, random) =>
    ran(expectedAt, habit, random);

/** As usual, but for some expected times: counted in hours before the story's now, from … to. */
const but =
  (
    usual: Course,
    exceptions: readonly { readonly ago: readonly [number, number]; readonly course: Course }[],
  ): Course =>
  (expectedAt, random) => {
    const ago = (STORY_NOW - expectedAt) / HOUR;
    const exception = exceptions.find(({ ago: [most, least] }) => ago <= most && ago > least);
    return (exception?.course ?? usual)(expectedAt, random);
  };

const nothing: Course = () => [];

const failing =
  (exitStatus: number, body: string, habit: Habit): Course =>
  (expectedAt, random) => {
    const [began, ended] = ran(expectedAt, habit, random);
    if (!began || !ended) return began ? [began] : [];
    return [began, { at: ended.at, kind: "fail", exitStatus, body }];
  };

const cron = (expression: string, more: Record<string, unknown> = {}) => ({
  spec: { kind: "cron", expression },
  timezone: "America/New_York",
  graceSeconds: 300,
  ...more,
});

const quick: Habit = { after: [0.03, 0.4], takes: [0.5, 1.6] };

const LOG = `2027-01-12T09:15:02Z connecting to warehouse-01
2027-01-12T09:15:04Z loaded 18 204 rows of orders
2027-01-12T09:15:09Z ERROR: relation "fx_rate_eur" does not exist
Traceback (most recent call last):
  File "/srv/jobs/ledger.py", line 88, in close_day
    rates = load_rates(day)
  File "/srv/jobs/rates.py", line 31, in load_rates
    raise MissingTable("fx_rate_eur")
MissingTable: fx_rate_eur
`;

export const JOBS: readonly Job[] = [
  {
    slug: "nightly-etl",
    daysOld: 30,
    calledAt: "/api/cron/nightly-etl",
    fields: cron("0 2 * * *", { graceSeconds: 720, tags: ["finance", "warehouse"], owner: "Data", missThreshold: 1 }),
    course: but(well({ after: [0.2, 1.5], takes: [18, 34] }), [{ ago: [4, 0], course: nothing }]),
  },
  {
    slug: "invoice-close",
    daysOld: 30,
    calledAt: "/api/cron/invoice-close",
    fields: cron("5 * * * *", { graceSeconds: 480, tags: ["finance"], owner: "Billing" }),
    course: but(well({ after: [0.1, 2], takes: [3, 6] }), [{ ago: [2.8, 0], course: nothing }]),
  },
  {
    slug: "report-mailer",
    daysOld: 4,
    calledAt: "/api/cron/report-mailer",
    fields: cron("*/15 * * * *", { graceSeconds: 200, tags: ["mail"], owner: "Editorial" }),
    course: but(well(quick), [{ ago: [2.85, 0], course: nothing }]),
  },
  {
    slug: "ledger-sync",
    daysOld: 9,
    fields: cron("*/15 * * * *", { graceSeconds: 300, tags: ["finance"], owner: "Billing", missThreshold: 2 }),
    course: but(well(quick), [
      { ago: [1.1, 0.4], course: failing(2, LOG, quick) },
      { ago: [200, 199.5], course: failing(2, LOG, quick) },
    ]),
  },
  {
    slug: "retrain-embeddings",
    daysOld: 30,
    fields: cron("30 */3 * * *", { graceSeconds: 600, maxRuntimeSeconds: 4_200, tags: ["search"], owner: "Search" }),
    course: but(well({ after: [0.2, 2], takes: [48, 66] }), [
      { ago: [3.5, 0], course: (at, random) => ran(at, { after: [0.5, 1], takes: [300, 301] }, random) },
    ]),
  },
  {
    slug: "fx-rates",
    daysOld: 18,
    fields: cron("10,40 * * * *", { graceSeconds: 240, tags: ["finance"], owner: "Billing" }),
    course: but(well(quick), [
      { ago: [0.3, 0], course: nothing },
      { ago: [412, 411.5], course: nothing },
    ]),
  },
  {
    slug: "sync-crm",
    daysOld: 4,
    fields: cron("*/10 * * * *", { graceSeconds: 180, tags: ["sales"], owner: "Sales" }),
    course: but(well({ after: [0.05, 1.2], takes: [1.5, 3.5] }), [
      { ago: [0.2, 0], course: well({ after: [3.6, 4.1], takes: [1.5, 2] }) },
      { ago: [30, 28], course: well({ after: [3.4, 4.4], takes: [2, 3] }) },
    ]),
  },
  {
    slug: "thumbnail-queue",
    daysOld: 7,
    fields: {
      spec: { kind: "rolling", everySeconds: 2_700 },
      timezone: "UTC",
      graceSeconds: 900,
      tags: ["media"],
      owner: "Media",
    },
    course: well({ after: [0.1, 0.5], takes: [14, 24] }),
  },
  {
    slug: "billing-usage",
    daysOld: 30,
    fields: cron("0 3 * * *", { graceSeconds: 900, tags: ["finance"], owner: "Billing" }),
    course: well({ after: [0.3, 2], takes: [7, 11] }),
  },
  {
    slug: "backup-postgres",
    daysOld: 30,
    fields: cron("15 3 * * *", { graceSeconds: 1_200, tags: ["ops"], owner: "Platform" }),
    course: well({ after: [0.1, 1], takes: [36, 48] }),
  },
  {
    slug: "ingest-prices",
    daysOld: 3,
    fields: cron("*/5 * * * *", { graceSeconds: 120, tags: ["market"], owner: "Market" }),
    course: but(well({ after: [0.02, 0.3], takes: [0.8, 2.2] }), [
      { ago: [61.1, 61], course: failing(1, "HTTP 502 from the price feed\n", quick) },
    ]),
  },
  {
    slug: "warehouse-vacuum",
    daysOld: 30,
    fields: cron("40 * * * *", { graceSeconds: 600, tags: ["ops", "warehouse"], owner: "Platform" }),
    course: but(well({ after: [0.1, 1.5], takes: [9, 15] }), [{ ago: [2, 0], course: nothing }]),
  },
  {
    slug: "cleanup-sessions",
    daysOld: 30,
    fields: cron("0 * * * *", { graceSeconds: 300, tags: ["ops"], owner: "Platform" }),
    course: well(quick),
  },
  {
    slug: "publish-digest",
    daysOld: 30,
    fields: cron("0 6 * * MON-FRI", { graceSeconds: 600, tags: ["mail"], owner: "Editorial" }),
    course: well({ after: [0.1, 0.9], takes: [2, 5] }),
  },
];
