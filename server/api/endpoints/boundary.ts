/** Protected routes, and what their gates decided. */
import { z } from "@hono/zod-openapi";
import { CONTRACT_KINDS } from "#lib/boundary/contract-options.ts";
import { VIAS } from "#lib/boundary/decision.ts";
import { decisionReport } from "#lib/boundary/decision-schema.ts";
import { PROXIES, routeInput } from "#lib/boundary/schema.ts";
import { putRoute, removeRoute, rotateGateKey, viewRoute, viewRoutes } from "#lib/boundary/service.ts";
import { reportDecisions } from "#lib/engine/report-decisions.ts";
import { slug, text } from "#lib/input/schema.ts";
import { ok } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { viewDecisionCounts } from "#lib/views/decision-counts.ts";
import { viewDecisions } from "#lib/views/decisions.ts";
import { endpoint } from "../endpoint.ts";
import { at, pageFields, pageOf } from "../query.ts";
import { decision, listOf, orNull, time } from "../shapes.ts";

const secretMark = z.object({ set: z.boolean(), length: z.int().optional(), updatedAt: time.optional() });
const contract = z
  .looseObject({ kind: z.enum(CONTRACT_KINDS) })
  .meta({ id: "ContractShown", description: "Its options; of a secret whether it is set, its length and since when." });

const route = z
  .object({
    name: z.string(),
    contract,
    caller: orNull(contract),
    manual: orNull(contract),
    url: z.string().nullable(),
    probeUrl: z.string().nullable(),
    probeMethods: z.array(z.string()),
    proxy: z.enum(PROXIES),
    proxyKey: secretMark,
    allowPrivateNetwork: z.boolean(),
    gateKey: z.union([z.object({ set: z.boolean(), updatedAt: time }), z.string()]),
    schedules: z.array(z.string()),
    createdAt: time,
    version: z.int(),
    warnings: z.array(z.object({ code: z.string(), message: z.string(), path: z.string() })),
  })
  .meta({ id: "Route", description: "`gateKey` is text once: in the answer that made it." });

const counts = z
  .object({
    from: time,
    to: time,
    bucketSeconds: z.int(),
    items: z.array(
      z.object({
        at: time,
        route: z.string(),
        outcome: z.enum(["admitted", "rejected"]),
        reason: z.string(),
        via: z.enum(VIAS),
        count: z.int(),
      }),
    ),
  })
  .meta({
    id: "DecisionCounts",
    description: "Buckets are aligned to the epoch; those without decisions are left out.",
  });
const wholeSeconds = z
  .string({ message: "must be given once" })
  .regex(/^\d{1,6}$/, { message: "must be whole seconds" })
  .transform(Number)
  .refine((value) => value >= 60 && value <= 604_800, { message: "must be 60 to 604800" });

export const BOUNDARY = [
  endpoint({
    method: "get",
    path: "/routes",
    tag: "Boundary",
    summary: "Protected routes, by name",
    query: z.object(pageFields),
    answers: [{ status: 200, schema: listOf(route) }],
    handle: async ({ ctx, query }) => {
      const read = await viewRoutes(ctx, { page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "put",
    path: "/routes/{name}",
    tag: "Boundary",
    summary: "Make or change a protected route",
    body: routeInput,
    takesVersion: true,
    answers: [
      { status: 200, schema: route },
      { status: 201, schema: route },
    ],
    handle: async ({ ctx, params, body, ifMatch }) => {
      const named = readInput(z.object({ name: slug }), { name: params.name });
      if (!named.ok) return named;
      const done = await putRoute(ctx, { name: named.value.name, input: body, ifMatch });
      if (!done.ok) return done;
      const { created, route: shape, gateKey } = done.value;
      const shown = gateKey === null ? shape : { ...shape, gateKey };
      return ok({ status: created ? 201 : 200, body: shown, version: shape.version });
    },
  }),
  endpoint({
    method: "get",
    path: "/routes/{name}",
    tag: "Boundary",
    summary: "One protected route",
    answers: [{ status: 200, schema: route }],
    handle: async ({ ctx, params }) => {
      const read = await viewRoute(ctx, params);
      return read.ok ? ok({ status: 200, body: read.value, version: read.value.version }) : read;
    },
  }),
  endpoint({
    method: "delete",
    path: "/routes/{name}",
    tag: "Boundary",
    summary: "Remove a protected route that guards no schedule any more",
    takesVersion: true,
    answers: [{ status: 204, schema: null }],
    handle: async ({ ctx, params, ifMatch }) => {
      const done = await removeRoute(ctx, { name: params.name, ifMatch });
      return done.ok ? ok({ status: 204 }) : done;
    },
  }),
  endpoint({
    method: "post",
    path: "/routes/{name}/rotate",
    tag: "Boundary",
    summary: "Give its gate a new key, shown once",
    takesVersion: true,
    answers: [{ status: 200, schema: route }],
    handle: async ({ ctx, params, ifMatch }) => {
      const done = await rotateGateKey(ctx, { name: params.name, ifMatch });
      if (!done.ok) return done;
      const { route: shape, gateKey } = done.value;
      return ok({ status: 200, body: { ...shape, gateKey }, version: shape.version });
    },
  }),
  endpoint({
    method: "post",
    path: "/boundary/decisions",
    tag: "Boundary",
    summary: "Report what a gate saw: one decision, or up to 1,000 in `items`",
    body: decisionReport,
    // 1,000 of them with all that they may say.
    largestBody: 8_000_000,
    answers: [{ status: 202, schema: z.object({ stored: z.int(), again: z.int() }) }],
    handle: async ({ ctx, body }) => {
      const done = await reportDecisions(ctx, { report: body });
      return done.ok ? ok({ status: 202, body: done.value }) : done;
    },
  }),
  endpoint({
    method: "get",
    path: "/boundary/decisions",
    tag: "Boundary",
    summary: "Decisions, newest first",
    query: z.object({
      route: slug.optional(),
      outcome: z.enum(["admitted", "rejected"]).optional(),
      reason: text(50).optional(),
      via: z.enum(VIAS).optional(),
      schedule: slug.optional(),
      from: at,
      to: at,
      ...pageFields,
    }),
    answers: [{ status: 200, schema: listOf(decision) }],
    handle: async ({ ctx, query }) => {
      const { limit: _, cursor: __, ...filters } = query;
      const read = await viewDecisions(ctx, { filters, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/boundary/counts",
    tag: "Boundary",
    summary: "How many decisions there were, by bucket of time, route, outcome, reason and who called",
    query: z.object({
      route: slug.optional(),
      from: at,
      to: at,
      bucketSeconds: wholeSeconds.optional().meta({ description: "60 to 604,800; an hour where it is left out." }),
    }),
    answers: [{ status: 200, schema: counts }],
    handle: async ({ ctx, query }) => {
      const read = await viewDecisionCounts(ctx, query);
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
];
