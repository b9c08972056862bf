import { z } from "@hono/zod-openapi";
import type { Context } from "#lib/access/context.ts";
import { archiveSchedule } from "#lib/engine/archive-schedule.ts";
import { pauseSchedule, resumeSchedule } from "#lib/engine/pause-schedule.ts";
import { type Notice, putSchedule } from "#lib/engine/put-schedule.ts";
import { rotateSchedule } from "#lib/engine/rotate-schedule.ts";
import { triggerSchedule } from "#lib/engine/trigger-schedule.ts";
import { slug as slugSchema } from "#lib/input/schema.ts";
import { ok, type Result } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { FIELD_NAMES, pauseInput, rotateInput, type ScheduleInput, scheduleInput } from "#lib/schedules/schema.ts";
import { STATUSES } from "#lib/verdicts/verdict.ts";
import { viewSchedule, viewSchedules, viewVersions } from "#lib/views/schedules.ts";
import { type Answer, endpoint } from "../endpoint.ts";
import { pageFields, pageOf, words } from "../query.ts";
import { listOf, schedule, scheduleInFull, scheduleWithWarnings, version } from "../shapes.ts";

const tag = "Schedules";

/** The schedule as it now is. */
async function asItIs(
  ctx: Context,
  slug: string,
  more: { readonly status?: 200 | 201; readonly warnings?: readonly Notice[] } = {},
): Promise<Result<Answer>> {
  const read = await viewSchedule(ctx, { slug });
  if (!read.ok) return read;
  const body = more.warnings ? { ...read.value, warnings: more.warnings } : read.value;
  return ok({ status: more.status ?? 200, body, version: read.value.version });
}

/** What a schedule shows besides: sent back as it was read, it says nothing. */
const READ_ONLY = new Set(["reason", ...Object.keys(scheduleWithWarnings.shape)]);

/** A name that is none of a schedule's fields is left out, and told: a slip of the pen should not pass in silence. */
function unknownFields(body: Readonly<Record<string, unknown>>): Notice[] {
  const names = Object.keys(body).filter((name) => !FIELD_NAMES.has(name) && !READ_ONLY.has(name));
  return names.slice(0, 20).map((name) => ({
    code: "unknown_field",
    message: `“${name.slice(0, 100)}” is no field of a schedule, and was left out.`,
  }));
}

export const SCHEDULES = [
  endpoint({
    method: "get",
    path: "/schedules",
    tag,
    summary: "The registry",
    query: z.object({
      tag: words,
      environment: words,
      owner: words,
      status: z.enum(STATUSES).optional(),
      q: words,
      ...pageFields,
    }),
    answers: [{ status: 200, schema: listOf(schedule) }],
    handle: async ({ ctx, query }) => {
      const { limit: _, cursor: __, ...filters } = query;
      const read = await viewSchedules(ctx, { query: filters, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "put",
    path: "/schedules/{slug}",
    tag,
    summary: "Make or change a schedule",
    body: scheduleInput.loose(),
    takesVersion: true,
    answers: [
      { status: 200, schema: scheduleWithWarnings },
      { status: 201, schema: scheduleWithWarnings },
    ],
    handle: async ({ ctx, params: { slug }, body, ifMatch }) => {
      const named = readInput(z.object({ slug: slugSchema }), { slug });
      if (!named.ok) return named;
      const fields = Object.entries(body).filter(([name]) => FIELD_NAMES.has(name) || name === "reason");
      const put = await putSchedule(ctx, { slug, input: Object.fromEntries(fields) as ScheduleInput, ifMatch });
      if (!put.ok) return put;
      const warnings = [...put.value.warnings, ...unknownFields(body)];
      return asItIs(ctx, slug, { status: put.value.created ? 201 : 200, warnings });
    },
  }),
  endpoint({
    method: "get",
    path: "/schedules/{slug}",
    tag,
    summary: "One schedule",
    answers: [{ status: 200, schema: scheduleInFull }],
    handle: ({ ctx, params: { slug } }) => asItIs(ctx, slug),
  }),
  endpoint({
    method: "delete",
    path: "/schedules/{slug}",
    tag,
    summary: "Archive a schedule",
    takesVersion: true,
    answers: [{ status: 200, schema: scheduleInFull }],
    handle: async ({ ctx, params: { slug }, ifMatch }) => {
      const done = await archiveSchedule(ctx, { slug, ifMatch });
      return done.ok ? asItIs(ctx, slug) : done;
    },
  }),
  endpoint({
    method: "post",
    path: "/schedules/{slug}/pause",
    tag,
    summary: "Pause a schedule",
    body: pauseInput,
    takesVersion: true,
    answers: [{ status: 200, schema: scheduleInFull }],
    handle: async ({ ctx, params: { slug }, body, ifMatch }) => {
      const done = await pauseSchedule(ctx, { slug, input: body, ifMatch });
      return done.ok ? asItIs(ctx, slug) : done;
    },
  }),
  endpoint({
    method: "post",
    path: "/schedules/{slug}/resume",
    tag,
    summary: "Resume a paused schedule",
    takesVersion: true,
    answers: [{ status: 200, schema: scheduleInFull }],
    handle: async ({ ctx, params: { slug }, ifMatch }) => {
      const done = await resumeSchedule(ctx, { slug, ifMatch });
      return done.ok ? asItIs(ctx, slug) : done;
    },
  }),
  endpoint({
    method: "post",
    path: "/schedules/{slug}/trigger",
    tag,
    summary: "Run it now",
    takesVersion: true,
    answers: [{ status: 202, schema: scheduleInFull }],
    handle: async ({ ctx, params: { slug }, ifMatch }) => {
      const done = await triggerSchedule(ctx, { slug, ifMatch });
      if (!done.ok) return done;
      const read = await asItIs(ctx, slug);
      return read.ok ? ok({ ...read.value, status: 202 as const }) : read;
    },
  }),
  endpoint({
    method: "post",
    path: "/schedules/{slug}/rotate",
    tag,
    summary: "Give it a new uuid",
    body: rotateInput,
    takesVersion: true,
    answers: [{ status: 200, schema: scheduleInFull }],
    handle: async ({ ctx, params: { slug }, body, ifMatch }) => {
      const done = await rotateSchedule(ctx, { slug, graceSeconds: body.graceSeconds, ifMatch });
      return done.ok ? asItIs(ctx, slug) : done;
    },
  }),
  endpoint({
    method: "get",
    path: "/schedules/{slug}/versions",
    tag,
    summary: "Every version, newest first",
    query: z.object(pageFields),
    answers: [{ status: 200, schema: listOf(version) }],
    handle: async ({ ctx, params: { slug }, query }) => {
      const read = await viewVersions(ctx, { slug, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
];
