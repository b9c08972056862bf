/** Protected routes, and what their gates decided. */
import { z } from "@hono/zod-openapi";
import { CONTRACT_KINDS } from "#lib/boundary/contract-options.ts";
import { PROXIES, routeInput } from "#lib/boundary/schema.ts";
import { putRoute, removeRoute, rotateGateKey, viewRoute, viewRoutes } from "#lib/boundary/service.ts";
import { slug } from "#lib/input/schema.ts";
import { ok } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { endpoint } from "../endpoint.ts";
import { pageFields, pageOf } from "../query.ts";
import { listOf, time } from "../shapes.ts";

const secretMark = z.object({ set: z.boolean(), length: z.int().optional(), updatedAt: time.optional() });
const contract = z
  .looseObject({ kind: z.enum(CONTRACT_KINDS) })
  .meta({ id: "ContractShown", description: "Its options; of a secret whether it is set, its length and since when." });

const route = z
  .object({
    name: z.string(),
    contract,
    caller: contract.nullable(),
    manual: contract.nullable(),
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
  })
  .meta({ id: "Route", description: "`gateKey` is text once: in the answer that made it." });
const routeStored = route
  .extend({ warnings: z.array(z.object({ code: z.string(), message: z.string(), path: z.string() })) })
  .meta({ id: "RouteStored" });

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
      { status: 200, schema: routeStored },
      { status: 201, schema: routeStored },
    ],
    handle: async ({ ctx, params, body, ifMatch }) => {
      const named = readInput(z.object({ name: slug }), { name: params.name });
      if (!named.ok) return named;
      const done = await putRoute(ctx, { name: named.value.name, input: body, ifMatch });
      if (!done.ok) return done;
      const { created, route: shape, warnings, gateKey } = done.value;
      const shown = gateKey === null ? shape : { ...shape, gateKey };
      return ok({ status: created ? 201 : 200, body: { ...shown, warnings }, version: shape.version });
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
];
