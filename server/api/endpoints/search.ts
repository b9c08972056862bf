import { z } from "@hono/zod-openapi";
import { text } from "#lib/input/schema.ts";
import { ok } from "#lib/problem.ts";
import { viewSearch } from "#lib/views/search.ts";
import { endpoint } from "../endpoint.ts";
import { time, uuid } from "../shapes.ts";

const AT_MOST = 20;

const found = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("schedule"),
      slug: z.string(),
      name: z.string(),
      environment: z.string(),
      paused: z.boolean(),
      archived: z.boolean(),
    }),
    z.object({
      kind: z.literal("incident"),
      id: uuid,
      number: z.int(),
      state: z.enum(["open", "acknowledged", "resolved"]),
      sentence: z.string(),
    }),
    z.object({ kind: z.literal("route"), name: z.string() }),
    z.object({ kind: z.literal("run"), id: uuid, schedule: z.string(), startedAt: time }),
  ])
  .meta({ id: "Found" });

const limit = z
  .string()
  .regex(/^\d{1,2}$/, { message: "must be a whole number" })
  .transform(Number)
  .refine((many) => many >= 1 && many <= AT_MOST, { message: `must be 1 to ${AT_MOST}` })
  .optional()
  .meta({ type: "integer", minimum: 1, maximum: AT_MOST, default: 6, description: "Of each kind." });

export const SEARCH = [
  endpoint({
    method: "get",
    path: "/search",
    tag: "Search",
    summary: "Schedules, incidents and routes by a few words, an incident by its number, a run by its id",
    query: z.object({ q: text(200).optional(), limit }),
    answers: [{ status: 200, schema: z.object({ items: z.array(found) }) }],
    handle: async ({ ctx, query }) => {
      const read = await viewSearch(ctx, { q: query.q ?? "", limit: query.limit ?? 6 });
      return read.ok ? ok({ status: 200, body: { items: read.value } }) : read;
    },
  }),
];
