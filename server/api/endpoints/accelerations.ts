/** A temporary faster spec, to see soon whether a fix works. */
import { z } from "@hono/zod-openapi";
import { STATES } from "#lib/accelerations/saga.ts";
import { accelerateInput, revertInput } from "#lib/accelerations/schema.ts";
import type { Context } from "#lib/access/context.ts";
import { requestAcceleration, revertAcceleration } from "#lib/engine/request-acceleration.ts";
import { text } from "#lib/input/schema.ts";
import { ok, type Result } from "#lib/problem.ts";
import { viewAcceleration, viewAccelerations } from "#lib/views/accelerations.ts";
import { type Answer, endpoint } from "../endpoint.ts";
import { pageFields, pageOf } from "../query.ts";
import { acceleration, listOf } from "../shapes.ts";

const tag = "Accelerations";

async function asItIs(ctx: Context, id: string, status: 200 | 201): Promise<Result<Answer>> {
  const read = await viewAcceleration(ctx, { id });
  return read.ok ? ok({ status, body: read.value, version: read.value.version }) : read;
}

export const ACCELERATIONS = [
  endpoint({
    method: "post",
    path: "/schedules/{slug}/accelerations",
    tag,
    summary: "Accelerate a schedule for a while; the first confirmed run puts its original back",
    body: accelerateInput,
    takesVersion: true,
    answers: [{ status: 201, schema: acceleration }],
    handle: async ({ ctx, params: { slug }, body, ifMatch }) => {
      const made = await requestAcceleration(ctx, { slug, input: body, ifMatch });
      return made.ok ? asItIs(ctx, made.value.id, 201) : made;
    },
  }),
  endpoint({
    method: "get",
    path: "/accelerations",
    tag,
    summary: "Accelerations, newest first",
    query: z.object({
      state: z.enum(STATES).optional(),
      active: z
        .enum(["true", "false"])
        .transform((value) => value === "true")
        .optional()
        .meta({ type: "boolean", description: "Whether something is left to do." }),
      schedule: text(100).optional(),
      ...pageFields,
    }),
    answers: [{ status: 200, schema: listOf(acceleration) }],
    handle: async ({ ctx, query }) => {
      const { limit: _, cursor: __, ...filters } = query;
      const read = await viewAccelerations(ctx, { query: filters, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/accelerations/{id}",
    tag,
    summary: "One acceleration with its steps",
    answers: [{ status: 200, schema: acceleration }],
    handle: ({ ctx, params: { id } }) => asItIs(ctx, id, 200),
  }),
  endpoint({
    method: "post",
    path: "/accelerations/{id}/revert",
    tag,
    summary: "Put the original back now; where somebody else changed the schedule, do what was chosen",
    body: revertInput,
    takesVersion: true,
    answers: [{ status: 200, schema: acceleration }],
    handle: async ({ ctx, params: { id }, body, ifMatch }) => {
      const done = await revertAcceleration(ctx, { id, input: body, ifMatch });
      return done.ok ? asItIs(ctx, id, 200) : done;
    },
  }),
];
