/**
 * The boundary of the story: three jobs are called by Vercel Cron, and one deploy makes their route expect a signature
 * that Vercel Cron cannot make. What the gate says of each call is recorded by the engine's own step.
 */
import type pg from "pg";
import { v7 } from "uuid";
import type { ReportedDecision } from "#lib/boundary/decision.ts";
import { routeInput } from "#lib/boundary/schema.ts";
import { putRoute } from "#lib/boundary/service.ts";
import { recordDecisions } from "#lib/engine/record-decisions.ts";
import { instant } from "#lib/time/instant.ts";
import { ADA } from "./cast.ts";
import type { StoryClock, StoryEvent } from "./clock.ts";
import { DAY, DEPLOY, DOWN, HOUR, type Job, MINUTE, STORY_NOW, sequence } from "./jobs.ts";

export const ROUTE = "cron-api";

const BEARER = { kind: "vercel-cron", secret: "a story's own CRON_SECRET, of 32" } as const;
const HMAC = {
  kind: "hmac",
  header: "x-signature",
  secret: "what the new middleware signs with, 44 chars",
} as const;
const APP = "https://app.example.com/api/cron";
const shared = {
  manual: { kind: "bearer", secret: "of people who run it by hand, 40 letters" },
  ...{ url: `${APP}/nightly-etl`, probeUrl: `${APP}/probe`, probeMethods: ["GET"] },
};

/** So long the gate's decisions are told: before, the route was not protected. */
const SINCE = STORY_NOW - 3 * DAY - 14 * HOUR;

type Told = Pick<ReportedDecision, "at" | "outcome" | "reason" | "path"> & Partial<ReportedDecision>;

const decision = (told: Told): ReportedDecision => ({
  ...{
    id: v7({ msecs: told.at }),
    route: ROUTE,
    via: null,
    detail: null,
    method: "GET",
    diagnosis: null,
    schedule: null,
  },
  ...{ contractExpected: told.at < DEPLOY ? BEARER.kind : HMAC.kind, contractResembled: null },
  ...{ window: null, expression: null, executionId: null, presented: {}, source: "gate", ...told },
});

const AS_VERCEL = {
  method: "GET",
  headers: ["accept", "authorization", "host", "user-agent", "x-vercel-cron-schedule"],
  scheme: "Bearer",
  lengths: { authorization: 39 },
  credentials: [{ form: "bearer-secret", where: "authorization", length: 32 }],
  hints: [{ of: "vercel-cron", platform: "Vercel Cron", words: "user-agent: vercel-cron/1.0" }],
  bodyLength: 0,
} as const;

/** In the words of the gate's own `diagnose`. */
const DIAGNOSIS = "The request carries a bearer secret as Vercel Cron sends it; this route expects an HMAC signature over the body in x-signature."; // biome-ignore format: one sentence

/** What the gate decided of each call of a job; Vercel Cron calls a second or three after the time. */
export function callsOf(pool: pg.Pool, clock: StoryClock, job: Job, expected: readonly number[]): StoryEvent[] {
  const { calledAt: path } = job;
  if (path === undefined) return [];
  const random = sequence(job.slug.length * 31);
  const { expression } = job.fields["spec"] as { readonly expression: string };
  return expected
    .filter((at) => at > SINCE && at <= STORY_NOW && (at < DOWN.from || at >= DOWN.to))
    .map((expectedAt) => {
      const at = instant(expectedAt + 1_000 + Math.floor(random() * 2) * 1_000);
      const refused = expectedAt > DEPLOY;
      const presented = { ...AS_VERCEL };
      const told: Told = refused
        ? {
            ...{ at, path, outcome: "rejected", reason: "wrong_contract", contractResembled: BEARER.kind },
            ...{ diagnosis: DIAGNOSIS, expression, presented },
          }
        : { at, path, outcome: "admitted", reason: "admitted", expression, presented };
      return { at, happen: async () => void (await recordDecisions(pool, [decision(told)], clock.now())) };
    });
}

const SCANNER = { method: "GET", headers: ["accept", "host", "user-agent"], credentials: [], hints: [] } as const;

/** The route is made, and changed by the deploy; strangers try it, and a person runs a job by hand. */
export function routeDoings(pool: pg.Pool, clock: StoryClock): StoryEvent[] {
  const put = (at: number, body: unknown): StoryEvent => ({
    at,
    happen: async () => {
      const asked = { name: ROUTE, input: routeInput.parse(body), ifMatch: null };
      const done = await putRoute({ actor: ADA, now: clock.now() }, asked);
      if (!done.ok) throw new Error(done.problem.message);
    },
  });
  const heard = (told: Told): StoryEvent => ({
    at: told.at,
    happen: async () => void (await recordDecisions(pool, [decision(told)], clock.now())),
  });
  const strange = (ago: number): StoryEvent =>
    heard({
      ...{ at: instant(STORY_NOW - ago), path: "/api/cron/", outcome: "rejected", reason: "missing_credentials" },
      presented: SCANNER,
    });
  return [
    put(SINCE - MINUTE, { ...shared, contract: BEARER }),
    put(DEPLOY, { ...shared, contract: HMAC, caller: BEARER }),
    ...[31 * MINUTE + 20_000, 9 * HOUR, 22 * HOUR].map(strange),
    heard({
      ...{ at: instant(STORY_NOW - 20 * HOUR), path: "/api/cron/report-mailer", outcome: "admitted" },
      ...{
        reason: "admitted_manual",
        via: "manual",
        presented: { ...AS_VERCEL, headers: ["authorization"], hints: [] },
      },
    }),
  ];
}
