import { z } from "@hono/zod-openapi";
import { text } from "#lib/input/schema.ts";
import { ok } from "#lib/problem.ts";
import { LANE_SORTS } from "#lib/schedules/lane.ts";
import { DAY, minus } from "#lib/time/instant.ts";
import { VERDICTS } from "#lib/verdicts/verdict.ts";
import { STATUSES } from "#lib/views/status.ts";
import { viewTimeline } from "#lib/views/timeline.ts";
import { badSpan } from "#lib/views/windows.ts";
import { endpoint } from "../endpoint.ts";
import { at, names, pageFields, pageOf, words } from "../query.ts";
import { time, window } from "../shapes.ts";

const span = z.object({ from: time, to: time });
const excused = z.object({ from: time, to: time.nullable(), reason: z.string().nullable() });
const verdict = z.enum(VERDICTS);

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
    accelerations: z.array(span),
    versions: z.array(z.object({ version: z.int(), at: time })),
    windows: z.array(window).optional(),
    buckets: z.array(z.object({ at: time, counts: z.partialRecord(verdict, z.int()), worst: verdict })).optional(),
    cut: z.literal(true).optional(),
  })
  .meta({ id: "Lane" });

const width = z
  .string()
  .regex(/^\d{1,5}$/, { message: "must be a whole number of pixels" })
  .transform(Number)
  .refine((pixels) => pixels >= 16 && pixels <= 20_000, { message: "must be 16 to 20000" })
  .optional()
  .meta({ type: "integer" });

export const TIMELINE = [
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
            changes: z.array(z.object({ id: z.string(), at: time, title: text(200), url: z.string().nullable() })),
            lanes: z.array(lane),
            nextCursor: z.string().nullable(),
          })
          .meta({ id: "Timeline" }),
      },
    ],
    handle: async ({ ctx, query }) => {
      const to = query.to ?? ctx.now;
      const from = query.from ?? minus(to, DAY);
      if (from >= to) return badSpan();
      const { slugs, tag: tags, q, sort } = query;
      const asked = { from, to, width: query.width ?? 1_000, slugs, tags, q, sort };
      const read = await viewTimeline(ctx, { query: asked, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
];
