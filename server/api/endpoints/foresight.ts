/** What was, is and would be expected: previews, windows, reasons. */
import { z } from "@hono/zod-openapi";
import { ok } from "#lib/problem.ts";
import { backtestInput, previewInput } from "#lib/schedules/question.ts";
import { VERDICTS } from "#lib/verdicts/verdict.ts";
import { viewBacktest, viewPreview } from "#lib/views/preview.ts";
import { viewStatistics } from "#lib/views/statistics.ts";
import { viewWhy } from "#lib/views/why.ts";
import { viewLastWindows, viewWindows } from "#lib/views/windows.ts";
import { endpoint } from "../endpoint.ts";
import { at, pageFields, pageOf } from "../query.ts";
import { listOf, time, warning, window } from "../shapes.ts";

const tag = "Schedules";
const verdict = z.enum(VERDICTS);
const counts = z.partialRecord(verdict, z.int());

const compared = z.object({ expectedAt: time, present: verdict.nullable(), given: verdict.nullable() });
const quantiles = z.object({ p50: z.number(), p95: z.number(), max: z.number() }).nullable();
const last = z
  .string()
  .regex(/^\d{1,3}$/, { message: "must be a whole number" })
  .transform(Number)
  .refine((count) => count >= 1 && count <= 100, { message: "must be 1 to 100" })
  .optional()
  .meta({ type: "integer", description: "Only the last so many before `to` (default: now); `from` does not matter." });

export const FORESIGHT = [
  endpoint({
    method: "post",
    path: "/schedules/preview",
    tag,
    summary: "Next expected times of a spec, a sentence in words, warnings",
    body: previewInput,
    answers: [
      {
        status: 200,
        schema: z.object({ expectedAt: z.array(time), sentence: z.string(), warnings: z.array(warning) }),
      },
    ],
    handle: async ({ ctx, body }) => {
      const read = await viewPreview(ctx, body);
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "post",
    path: "/schedules/{slug}/backtest",
    tag,
    summary: "Counts by verdict under given fields beside those under the present ones, and the windows that differ",
    body: backtestInput,
    answers: [
      {
        status: 200,
        schema: z.object({
          from: time,
          to: time,
          present: counts,
          given: counts,
          windows: z.array(compared),
          differences: z.int(),
          newest: z.array(compared).meta({ description: "The newest windows, whether they differ or not." }),
          latenessSeconds: z
            .array(z.number())
            .meta({ description: "How late first runs began under the given fields." }),
        }),
      },
    ],
    handle: async ({ ctx, params: { slug }, body }) => {
      const read = await viewBacktest(ctx, { slug, input: body });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/schedules/{slug}/windows",
    tag,
    summary: "Its windows, oldest first",
    query: z.object({ from: at, to: at, last, ...pageFields }),
    answers: [{ status: 200, schema: listOf(window) }],
    handle: async ({ ctx, params: { slug }, query }) => {
      if (query.last !== undefined) {
        const read = await viewLastWindows(ctx, { slug, last: query.last, to: query.to ?? ctx.now });
        return read.ok ? ok({ status: 200, body: read.value }) : read;
      }
      const span = { from: query.from ?? null, to: query.to ?? null };
      const read = await viewWindows(ctx, { slug, ...span, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/schedules/{slug}/statistics",
    tag,
    summary: "Its verdicts by span, and by day how long its runs took and how late they began",
    answers: [
      {
        status: 200,
        schema: z.object({
          from: time,
          to: time,
          latenessFrom: time,
          counts: z.object({ "24h": counts, "7d": counts, "30d": counts, "90d": counts }),
          days: z.array(z.object({ at: time, runs: z.int(), durationSeconds: quantiles, latenessSeconds: quantiles })),
        }),
      },
    ],
    handle: async ({ ctx, params: { slug } }) => {
      const read = await viewStatistics(ctx, { slug });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/schedules/{slug}/why",
    tag,
    summary: "Why something was expected at a moment, or was not, and how far it came",
    query: z.object({ at }),
    answers: [
      {
        status: 200,
        schema: z.object({
          at: time,
          expected: z.boolean(),
          because: z.array(z.string()),
          window: window.optional(),
          rungs: z.array(
            z.object({
              rung: z.enum(["attempt", "decision", "run", "outcome"]),
              reached: z.boolean(),
              at: time.optional(),
              sentence: z.string(),
            }),
          ),
        }),
      },
    ],
    handle: async ({ ctx, params: { slug }, query }) => {
      const read = await viewWhy(ctx, { slug, at: query.at ?? ctx.now });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
];
