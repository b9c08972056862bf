/** Connections: what drivers need to reach a scheduler. */
import { z } from "@hono/zod-openapi";
import { connectionInput } from "#lib/drivers/schema.ts";
import {
  discoverConnection,
  removeConnection,
  viewConnection,
  viewConnections,
  viewDrivers,
} from "#lib/drivers/service.ts";
import { putNamedConnection } from "#lib/engine/put-connection.ts";
import { slug } from "#lib/input/schema.ts";
import { ok } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { CONNECTED_DRIVERS, spec } from "#lib/schedules/schema.ts";
import { endpoint } from "../endpoint.ts";
import { pageFields, pageOf } from "../query.ts";
import { listOf, time } from "../shapes.ts";

const kind = z.enum(CONNECTED_DRIVERS);

const connection = z
  .looseObject({
    name: z.string(),
    kind,
    schedules: z.array(z.string()),
    failing: z.object({ schedules: z.array(z.string()), since: time, problem: z.string() }).nullable(),
    unreadable: z.boolean(),
    createdAt: time,
    version: z.int(),
  })
  .meta({
    id: "Connection",
    description: "With the options of its kind; of a secret whether it is set, its length and since when.",
  });

const driver = z
  .object({
    kind,
    label: z.string(),
    refWords: z.string(),
    can: z.object({
      discover: z.boolean(),
      read: z.boolean(),
      apply: z.boolean(),
      history: z.boolean(),
      fire: z.boolean(),
    }),
    cannot: z.array(z.string()),
    fields: z.array(
      z.looseObject({
        name: z.string(),
        type: z.enum(["secret", "text", "lines", "url", "choice", "whole", "flag"]),
        required: z.boolean(),
        words: z.string(),
      }),
    ),
  })
  .meta({ id: "DriverKind", description: "What a connection of this kind may be told, and what its driver can." });

const proposal = z
  .object({
    slug: z.string(),
    name: z.string(),
    spec,
    timezone: z.string(),
    driver: z.object({ kind, connection: z.string(), ref: z.string() }),
    native: z.string(),
    enabled: z.boolean(),
    notes: z.array(z.string()),
    schedule: z.string().nullable(),
  })
  .meta({ id: "Proposal", description: "A job that the scheduler has; `schedule` is the one that has it already." });

export const CONNECTIONS = [
  endpoint({
    method: "get",
    path: "/drivers",
    tag: "Connections",
    summary: "The drivers there are, what a connection of each may be told, and what each cannot do",
    answers: [{ status: 200, schema: z.object({ items: z.array(driver) }) }],
    handle: async ({ ctx }) => {
      const read = viewDrivers(ctx);
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/connections",
    tag: "Connections",
    summary: "Connections, by name",
    query: z.object(pageFields),
    answers: [{ status: 200, schema: listOf(connection) }],
    handle: async ({ ctx, query }) => {
      const read = await viewConnections(ctx, { page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "put",
    path: "/connections/{name}",
    tag: "Connections",
    summary: "Make or change a connection; another `name` renames it, and all that names it",
    body: connectionInput,
    // A certificate and a key beside the rest.
    largestBody: 200_000,
    takesVersion: true,
    answers: [
      { status: 200, schema: connection },
      { status: 201, schema: connection },
    ],
    handle: async ({ ctx, params, body, ifMatch }) => {
      const named = readInput(z.object({ name: slug }), { name: params.name });
      if (!named.ok) return named;
      const done = await putNamedConnection(ctx, { name: named.value.name, input: body, ifMatch });
      if (!done.ok) return done;
      const { created, connection: shape } = done.value;
      return ok({ status: created ? 201 : 200, body: shape, version: shape.version });
    },
  }),
  endpoint({
    method: "get",
    path: "/connections/{name}",
    tag: "Connections",
    summary: "One connection",
    answers: [{ status: 200, schema: connection }],
    handle: async ({ ctx, params }) => {
      const read = await viewConnection(ctx, params);
      return read.ok ? ok({ status: 200, body: read.value, version: read.value.version }) : read;
    },
  }),
  endpoint({
    method: "delete",
    path: "/connections/{name}",
    tag: "Connections",
    summary: "Remove a connection that reaches no schedule any more",
    takesVersion: true,
    answers: [{ status: 204, schema: null }],
    handle: async ({ ctx, params, ifMatch }) => {
      const done = await removeConnection(ctx, { name: params.name, ifMatch });
      return done.ok ? ok({ status: 204 }) : done;
    },
  }),
  endpoint({
    method: "post",
    path: "/connections/{name}/discover",
    tag: "Connections",
    summary: "Ask the scheduler which jobs it has, and propose a schedule for each",
    answers: [{ status: 200, schema: z.object({ items: z.array(proposal) }) }],
    handle: async ({ ctx, params }) => {
      const done = await discoverConnection(ctx, params);
      return done.ok ? ok({ status: 200, body: done.value }) : done;
    },
  }),
];
