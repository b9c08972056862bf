/** The JSON API: every endpoint of the table behind the same door. */
import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import { actorOfRequest } from "#lib/access/request-actor.ts";
import { notFound, ok, type Result, refuse, refused, unauthenticated } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { runtime } from "#lib/runtime.ts";
import { viewMetrics } from "#lib/views/metrics.ts";
import { compressed } from "./compressed.ts";
import type { Answer, Endpoint } from "./endpoint.ts";
import { document, documentItself, documentLive } from "./openapi.ts";
import { problemOfThrown, problemResponse } from "./problem-response.ts";
import { readJson, readText } from "./read-body.ts";
import { ENDPOINTS } from "./table.ts";

export const BASE = "/api/v1";
/** `/schedules/{slug}` as Hono writes it. */
const honoPath = (path: string): string => `${BASE}${path.replace(/\{(\w+)\}/g, ":$1")}`;

/** RFC 9110, 13.1.1; a bare number too. `*` matches whatever there is. */
function versionOf(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined || ifMatch.trim() === "*") return null;
  const [, digits] = /^\s*(?:W\/)?"?(\d{1,9})"?\s*$/.exec(ifMatch) ?? [];
  return digits === undefined ? -1 : Number(digits);
}

/**
 * The query as its schema wants it: a name that comes once is a text, one that comes again a list of them. A form sends
 * its empty fields too (`?tag=&status=&q=x`): what is empty is left out.
 */
function queryOf(url: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  const search = url.indexOf("?");
  if (search < 0) return query;
  for (const [name, value] of new URLSearchParams(url.slice(search + 1))) {
    if (value === "") continue;
    const before = Object.hasOwn(query, name) ? query[name] : undefined;
    const now = before === undefined ? value : [before, value].flat();
    Object.defineProperty(query, name, { value: now, enumerable: true, writable: true, configurable: true });
  }
  return query;
}

function sent(answer: Answer): Response {
  const headers: Record<string, string> = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(answer.version === undefined ? {} : { etag: `"${answer.version}"` }),
  };
  if (answer.bytes) {
    const bytes = new Uint8Array(answer.bytes);
    // Whatever a job wrote is shown as text, never run.
    return new Response(bytes, {
      status: answer.status,
      headers: { ...headers, "content-type": "text/plain; charset=utf-8", "content-security-policy": "sandbox" },
    });
  }
  if (answer.text) {
    const { type, text } = answer.text;
    return new Response(text, { status: answer.status, headers: { ...headers, "content-type": type, vary: "accept" } });
  }
  if (answer.status === 204) return new Response(null, { status: 204, headers });
  return new Response(JSON.stringify(answer.body), {
    status: answer.status,
    headers: { ...headers, "content-type": "application/json" },
  });
}

const ANY_QUERY = z.object({});

async function bodyOf(endpoint: Endpoint, c: HonoContext): Promise<Result<unknown>> {
  if (!endpoint.body) return ok(undefined);
  if (endpoint.raw) {
    const text = await readText(c.req.raw, endpoint.largestBody ?? undefined);
    const contentType = c.req.header("content-type") ?? "";
    return text.ok ? readInput(endpoint.body, { text: text.value, contentType }) : text;
  }
  const json = await readJson(c.req.raw, endpoint.largestBody ?? undefined);
  return json.ok ? readInput(endpoint.body, json.value) : json;
}

async function answer(endpoint: Endpoint, c: HonoContext): Promise<Result<Answer>> {
  const actor = await actorOfRequest({ headers: c.req.raw.headers, method: c.req.method });
  if (!actor.ok) return actor;
  if (!actor.value) {
    return refuse(unauthenticated({ message: "This needs a signed-in person or an API key." }));
  }
  const query = readInput(endpoint.query ?? ANY_QUERY, queryOf(c.req.url));
  if (!query.ok) return query;
  const body = await bodyOf(endpoint, c);
  if (!body.ok) return body;
  return endpoint.handle({
    ctx: { actor: actor.value, now: runtime().clock.now() },
    params: c.req.param(),
    // Read by this endpoint's own schemas just above.
    query: query.value as never,
    body: body.value as never,
    ifMatch: versionOf(c.req.header("if-match")),
    accept: c.req.header("accept") ?? "",
  });
}

const methodsOf = (path: string): string[] => [
  ...new Set(
    ENDPOINTS.filter((one) => one.path === path).flatMap(({ method }) =>
      method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()],
    ),
  ),
];

export function makeApi(): OpenAPIHono {
  // Not strict: a slash at the end of a path is accepted, as at the door for check-ins.
  const app = new OpenAPIHono({ strict: false });
  const registry = app.openAPIRegistry;
  registry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  registry.registerComponent("securitySchemes", "apiKey", { type: "apiKey", in: "header", name: "X-Api-Key" });
  for (const endpoint of ENDPOINTS) {
    document(registry, endpoint);
    app.on(endpoint.method.toUpperCase(), honoPath(endpoint.path), async (c) => {
      const result = await answer(endpoint, c);
      if (!result.ok) return problemResponse(result.problem);
      return compressed(sent(result.value), c.req.header("accept-encoding"));
    });
  }
  documentLive(registry);
  documentItself(registry);
  app.get(`${BASE}/openapi.json`, (c) => {
    c.header("x-content-type-options", "nosniff");
    return c.json(
      app.getOpenAPI31Document({
        openapi: "3.1.0",
        info: { title: "Rollcall", version: "1", description: "The JSON API of Rollcall." },
        servers: [{ url: `${runtime().config.publicUrl}${BASE}` }],
        security: [{ bearer: [] }, { apiKey: [] }],
      }),
    );
  });
  app.get("/metrics", async (c) =>
    c.body(await viewMetrics(), 200, {
      "content-type": "text/plain; version=0.0.4; charset=utf-8",
      "cache-control": "no-store",
    }),
  );
  // After every endpoint: what comes here has a path that is known, and a method that it does not take.
  for (const path of new Set([...ENDPOINTS.map((one) => one.path), "/openapi.json"])) {
    const allow = (path === "/openapi.json" ? ["GET", "HEAD"] : methodsOf(path)).join(", ");
    app.all(honoPath(path), (c) => {
      if (c.req.method === "OPTIONS") return new Response(null, { status: 204, headers: { allow } });
      const message = `${path} takes ${allow}.`;
      const doNext = "Use one of these methods.";
      return problemResponse(refused("method_not_allowed", 405, { message, doNext }), { allow });
    });
  }
  app.notFound(() =>
    problemResponse(notFound({ message: "There is no such endpoint.", doNext: `${BASE}/openapi.json lists them.` })),
  );
  app.onError((thrown, c) => problemResponse(problemOfThrown(thrown, { method: c.req.method, path: c.req.path })));
  return app;
}
