/** What Rollcall asks of routes from outside. */
import { z } from "@hono/zod-openapi";
import { CASES, GOT, junitOf, verificationShape } from "#lib/boundary/verification.ts";
import { takeDrain } from "#lib/engine/take-drain.ts";
import { verifyRoute } from "#lib/engine/verify-route.ts";
import { ok } from "#lib/problem.ts";
import { viewVerifications } from "#lib/views/verifications.ts";
import { endpoint, type RawBody } from "../endpoint.ts";
import { pageFields, pageOf } from "../query.ts";
import { listOf, time } from "../shapes.ts";

const caseResult = z.object({
  case: z.enum(CASES),
  variant: z.string(),
  expected: z.enum(["refused", "accepted"]),
  got: z.enum(GOT),
  status: z.int().nullable(),
  reason: z.string(),
  sentence: z.string(),
  passed: z.boolean().nullable(),
  durationMs: z.number(),
});
const verification = z
  .object({
    id: z.string(),
    route: z.string(),
    at: time,
    finishedAt: time
      .nullable()
      .meta({ description: "null while it is under way: then `cases` are those known so far." }),
    green: z.boolean(),
    representative: z.boolean(),
    cases: z.array(caseResult),
    by: z.string(),
  })
  .meta({ id: "Verification" });

const JUNIT = "application/junit+xml";
/** Asked for by name: whoever takes anything gets JSON. */
const wantsJunit = (accept: string): boolean =>
  accept.split(",").some((one) => one.split(";", 1)[0]?.trim().toLowerCase() === JUNIT);

export const FROM_OUTSIDE = [
  endpoint({
    method: "post",
    path: "/routes/{name}/verify",
    tag: "Boundary",
    summary: "Run the verification matrix against the probe of a route, and wait for it (a minute at most)",
    answers: [{ status: 200, schema: verification, also: [JUNIT] }],
    handle: async ({ ctx, params, accept }) => {
      const done = await verifyRoute(ctx, params);
      if (!done.ok) return done;
      if (wantsJunit(accept)) return ok({ status: 200, text: { type: `${JUNIT}; charset=utf-8`, text: junitOf(done.value) } }); // biome-ignore format: one line
      return ok({ status: 200, body: verificationShape(done.value) });
    },
  }),
  endpoint({
    method: "get",
    path: "/routes/{name}/verifications",
    tag: "Boundary",
    summary: "What the matrix found, newest first",
    query: z.object(pageFields),
    answers: [{ status: 200, schema: listOf(verification) }],
    handle: async ({ ctx, params, query }) => {
      const read = await viewVerifications(ctx, { name: params.name, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "post",
    path: "/drains/{route}",
    tag: "Boundary",
    summary: "Lines of a log: Vercel, nginx (combined or JSON), Cloudflare Logpush, or our own names",
    body: z.custom<RawBody>(),
    raw: true,
    largestBody: 8_000_000,
    answers: [{ status: 200, schema: z.object({ taken: z.int(), decisions: z.int(), ignored: z.int() }) }],
    handle: async ({ ctx, params, body }) => {
      const done = await takeDrain(ctx, { name: params.route, body: body.text });
      return done.ok ? ok({ status: 200, body: done.value }) : done;
    },
  }),
];
