/** Tells the OpenAPI document of an endpoint what the table says of it. */
import { type OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import type { Endpoint } from "./endpoint.ts";

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    doNext: z.string().optional().meta({ description: "What to do about it, in one sentence." }),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: "Problem", description: "RFC 9457, with a stable code." });

/** A stream has no row in the table: its door is `server/live.ts`. */
export function documentLive(registry: OpenAPIHono["openAPIRegistry"]): void {
  registry.registerPath({
    method: "get",
    path: "/live",
    tags: ["Live"],
    summary: "Which answers went stale, as server-sent events",
    description:
      "`reset`: all may be stale. `resumed`: what was missed since `Last-Event-ID` follows. `stale`: `{keys}`, the " +
      "beginnings of what is stale. `deaf`: nothing can be heard at the moment; a `reset` ends it. `beat`: every 15 s.",
    request: { headers: z.object({ "last-event-id": z.string().optional() }) },
    responses: {
      200: { description: "A stream without end", content: { "text/event-stream": { schema: z.string() } } },
      default: { description: "What went wrong", content: { "application/problem+json": { schema: problemSchema } } },
    },
  });
}

/** Nor has this document itself. */
export function documentItself(registry: OpenAPIHono["openAPIRegistry"]): void {
  registry.registerPath({
    method: "get",
    path: "/openapi.json",
    tags: ["About"],
    summary: "This API",
    security: [],
    responses: {
      200: { description: "OpenAPI 3.1", content: { "application/json": { schema: z.looseObject({}) } } },
    },
  });
}

const SAID: Readonly<Record<number, string>> = { 200: "As it is", 201: "Made", 202: "Taken", 204: "Done" };

const paramsOf = (path: string) => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return names.length === 0 ? null : z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
};

const bodyContent = ({ raw }: Endpoint, schema: z.ZodType) =>
  raw ? { "text/plain": { schema: z.string() } } : { "application/json": { schema } };

export function document(registry: OpenAPIHono["openAPIRegistry"], endpoint: Endpoint): void {
  const params = paramsOf(endpoint.path);
  const responses: RouteConfig["responses"] = {
    default: { description: "What went wrong", content: { "application/problem+json": { schema: problemSchema } } },
  };
  for (const { status, schema, also } of endpoint.answers) {
    const description = SAID[status] ?? "";
    if (schema === null) responses[status] = { description };
    else if (schema === "bytes") responses[status] = { description, content: { "text/plain": { schema: z.string() } } };
    else {
      const others = Object.fromEntries((also ?? []).map((type) => [type, { schema: z.string() }]));
      responses[status] = { description, content: { "application/json": { schema }, ...others } };
    }
  }
  registry.registerPath({
    method: endpoint.method,
    path: endpoint.path,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    request: {
      ...(params ? { params } : {}),
      ...(endpoint.query ? { query: endpoint.query } : {}),
      ...(endpoint.takesVersion ? { headers: z.object({ "if-match": z.string().optional() }) } : {}),
      ...(endpoint.body ? { body: { content: bodyContent(endpoint, endpoint.body) } } : {}),
    },
    responses,
  });
}
