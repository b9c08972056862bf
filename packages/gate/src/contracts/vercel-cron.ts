/**
 * Vercel Cron Jobs, and the `path` target of Vercel Schedules: `Authorization: Bearer <CRON_SECRET>`, only where that
 * variable existed when the project was deployed (vercel.com/docs/cron-jobs/manage-cron-jobs). `vercel-cron/1.0` and
 * `x-vercel-cron-schedule` come with it, and anyone can type them.
 */
import { BEARER_SHAPE, judgeBearer, makeBearer } from "./bearer.ts";
import type { About, Rule } from "./contract.ts";
import { type ConfigOf, nextSecret, secret } from "./fields.ts";

const fields = { secret: secret(), nextSecret: nextSecret() } as const;
export type VercelCronConfig = ConfigOf<"vercel-cron", typeof fields>;

export const vercelCron: Rule<VercelCronConfig> = {
  kind: "vercel-cron",
  fields,
  expectedShape: () => BEARER_SHAPE,
  secretTravels: true,
  readsBody: () => false,
  verify: judgeBearer,
  told: (request) => {
    const expression = request.headers["x-vercel-cron-schedule"];
    return expression === undefined || expression.length > 200 ? {} : { expression };
  },
  hints: { agent: "vercel-cron", headers: ["x-vercel-cron", "x-vercel-cron-schedule"] },
};

export const aboutVercelCron: About<VercelCronConfig> = {
  options: {
    secret: "CRON_SECRET of the Vercel project",
    nextSecret: "the next (or previous) CRON_SECRET, accepted beside it while it is changed",
  },
  label: "Vercel Cron",
  proof: () => "Authorization: Bearer <secret>",
  covers: () => [],
  expects: () => "the bearer secret (CRON_SECRET) that Vercel Cron sends in Authorization",
  carries: "a bearer secret as Vercel Cron sends it",
  make: async (config, request) =>
    makeBearer(config.secret, request, {
      "user-agent": "vercel-cron/1.0",
      ...(request.told?.expression === undefined ? {} : { "x-vercel-cron-schedule": request.told.expression }),
    }),
  resembles: (shape) => {
    const hinted = shape.hints.some(({ of }) => of === "vercel-cron");
    if (!hinted) return null;
    return shape.credentials.some(({ form }) => form === "bearer-secret")
      ? { by: "proof", weight: 3 }
      : { by: "hint", weight: 1 };
  },
  limits: [
    "One secret serves all crons of a project, and it covers neither URL, body nor time.",
    "It names its expression but not the time it was meant for, so a run is placed by its moment.",
  ],
  withoutProof: "Vercel leaves Authorization out where CRON_SECRET did not exist when the project was deployed.",
};
