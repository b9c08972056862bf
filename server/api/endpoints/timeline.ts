import { z } from "@hono/zod-openapi";
import { STATES } from "#lib/accelerations/saga.ts";
import { invalid, ok, refuse } from "#lib/problem.ts";
import { LANE_GROUPS, LANE_SORTS } from "#lib/schedules/lane.ts";
import { DAY, type Instant, minus } from "#lib/time/instant.ts";
import { STATUSES, VERDICTS } from "#lib/verdicts/verdict.ts";
import { viewBad, viewDensity } from "#lib/views/density.ts";
import { type LanesQuery, viewLanes } from "#lib/views/lanes.ts";
import { STATUS_MARKS } from "#lib/views/status.ts";
import { viewTimeline } from "#lib/views/timeline.ts";
import { badSpan } from "#lib/views/windows.ts";
import { endpoint } from "../endpoint.ts";
import { at, limit, names, pageFields, pageOf, words } from "../query.ts";
import { change, time, uuid, window } from "../shapes.ts";

const span = z.object({ from: time, to: time });
const excused = z.object({ from: time, to: time.nullable(), reason: z.string().nullable() });
const verdict = z.enum(VERDICTS);

const bucket = z.object({
  at: time,
  counts: z.partialRecord(verdict, z.int()),
  worst: verdict,
  rejected: z.int().optional(),
});

/** A run that nobody expected. */
const unscheduled = z.object({
  id: uuid,
  startedAt: time,
  finishedAt: time.nullable(),
  outcome: z.enum(["running", "success", "fail"]),
});

const lane = z
  .object({
    slug: z.string(),
    name: z.string(),
    cadence: z.string(),
    environment: z.string(),
    tags: z.array(z.string()),
    owner: z.string().nullable(),
    route: z.string().nullable(),
    driver: z.string(),
    status: z.enum(STATUSES),
    nextExpectedAt: time.nullable(),
    maintenance: z.array(excused),
    pauses: z.array(excused),
    accelerations: z.array(
      span.extend({ id: uuid, state: z.enum(STATES), confirmedAt: time.nullable(), revertedAt: time.nullable() }),
    ),
    versions: z.array(z.object({ version: z.int(), at: time })),
    windows: z.array(window).optional(),
    unscheduled: z.array(unscheduled).optional(),
    buckets: z.array(bucket).optional(),
    cut: z.literal(true).optional(),
  })
  .meta({ id: "Lane" });

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, { message: "must be a whole number" })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { message: `must be ${least} to ${most}` })
    .optional()
    .meta({ type: "integer", minimum: least, maximum: most });

/** In pixels of a lane. */
const width = wholeNumber(16, 20_000);

const filters = {
  slugs: names,
  tag: names,
  environment: words,
  q: words,
  verdict: z.enum(STATUS_MARKS).optional(),
  sort: z.enum(LANE_SORTS).default("wrong"),
  group: z.enum(LANE_GROUPS).optional(),
} as const;

type Filters = z.output<z.ZodObject<typeof filters>>;

const lanesOf = ({ slugs, tag, environment, q, verdict, sort, group }: Filters): LanesQuery => ({
  ...{ slugs, tags: tag, environment, q, verdict, sort, group: group ?? null },
});

const mark = z.enum(["rejected", ...VERDICTS]);

const laneListed = z
  .object({
    slug: z.string(),
    name: z.string(),
    cadence: z.string(),
    status: z.enum(STATUS_MARKS),
    nextExpectedAt: time.nullable(),
    tags: z.array(z.string()),
    environment: z.string(),
    owner: z.string().nullable(),
    route: z.string().nullable(),
    driver: z.string(),
    openIncidentId: uuid.nullable(),
    group: z.string().nullable(),
  })
  .meta({ id: "LaneListed" });

/** In days: more than any screen shows, and what is expected in it is counted within a second or two. */
const LONGEST_SPAN = 800;
const FURTHEST_AHEAD = 400;
const wrong = (path: "from" | "to", message: string) =>
  refuse(invalid({ message: `${path} ${message}.`, errors: [{ path, message }] }));

/** The span that is asked for; by default the last day. A century of expected times would keep everybody else waiting. */
function spanOf(query: { readonly from?: Instant | undefined; readonly to?: Instant | undefined }, now: Instant) {
  const to = query.to ?? now;
  const from = query.from ?? minus(to, DAY);
  if (from >= to) return badSpan();
  if (to - from > LONGEST_SPAN * DAY) return wrong("from", `must lie at most ${LONGEST_SPAN} days before to`);
  if (to - now > FURTHEST_AHEAD * DAY) return wrong("to", `must lie at most ${FURTHEST_AHEAD} days ahead`);
  return ok({ from, to });
}

export const TIMELINE = [
  endpoint({
    method: "get",
    path: "/timeline/lanes",
    tag: "Timeline",
    summary:
      "All lanes in the order of the screen, without their windows; `wrong` sorts by what is wrong, then by name; a `verdict` finds lanes that stand so and, with `from` and `to`, those that had such a window in the span",
    query: z.object({ from: at, to: at, ...filters, ...pageFields }),
    answers: [
      {
        status: 200,
        schema: z
          .object({ items: z.array(laneListed), total: z.int(), nextCursor: z.string().nullable() })
          .meta({ id: "Lanes" }),
      },
    ],
    handle: async ({ ctx, query }) => {
      const within = query.from === undefined && query.to === undefined ? null : spanOf(query, ctx.now);
      if (within?.ok === false) return within;
      const asked = { ...lanesOf(query), ...(within === null ? {} : { within: within.value }) };
      const read = await viewLanes(ctx, { query: asked, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/timeline/density",
    tag: "Timeline",
    summary:
      "Bad windows by bucket over all lanes, and how many windows of the span have which mark; what went well is counted from the whole hour in which the span begins",
    query: z.object({ from: at, to: at, buckets: wholeNumber(1, 2_000), ...filters }),
    answers: [
      {
        status: 200,
        schema: z
          .object({
            from: time,
            to: time,
            bucketSeconds: z.int(),
            buckets: z.array(z.object({ at: time, bad: z.int(), worst: mark })),
            totals: z.partialRecord(mark, z.int()),
          })
          .meta({ id: "Density" }),
      },
    ],
    handle: async ({ ctx, query }) => {
      const within = spanOf(query, ctx.now);
      if (!within.ok) return within;
      const asked = { query: lanesOf(query), within: within.value, buckets: query.buckets ?? 200 };
      const read = await viewDensity(ctx, asked);
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/timeline/bad",
    tag: "Timeline",
    summary: "Bad windows in the order of the screen: lane by lane, the newest first in each",
    query: z.object({ from: at, to: at, limit, ...filters }),
    answers: [
      {
        status: 200,
        schema: z
          .object({
            items: z.array(z.object({ slug: z.string(), expectedAt: time, mark, incidentId: uuid.nullable() })),
            more: z.boolean(),
          })
          .meta({ id: "BadWindows" }),
      },
    ],
    handle: async ({ ctx, query }) => {
      const within = spanOf(query, ctx.now);
      if (!within.ok) return within;
      const asked = { query: lanesOf(query), within: within.value, limit: pageOf(query).limit };
      const read = await viewBad(ctx, asked);
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/timeline",
    tag: "Timeline",
    summary: "Lanes with windows, or with counts where a window is narrower than 4 pixels",
    query: z.object({
      from: at,
      to: at,
      width,
      slugs: names,
      tag: names,
      environment: words,
      q: words,
      sort: z.enum(LANE_SORTS).default("wrong"),
      ...pageFields,
    }),
    answers: [
      {
        status: 200,
        schema: z
          .object({
            from: time,
            to: time,
            bucketSeconds: z.int().nullable(),
            blind: z.array(span),
            changes: z.array(change),
            lanes: z.array(lane),
            nextCursor: z.string().nullable(),
          })
          .meta({ id: "Timeline" }),
      },
    ],
    handle: async ({ ctx, query }) => {
      const within = spanOf(query, ctx.now);
      if (!within.ok) return within;
      const { slugs, tag: tags, environment, q, sort } = query;
      const asked = { ...within.value, width: query.width ?? 1_000, slugs, tags, environment, q, sort };
      const read = await viewTimeline(ctx, { query: asked, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
];
