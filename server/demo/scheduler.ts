/**
 * The demo's scheduler: fires each job at its time, as Vercel Cron does, and knows nothing of gates. What it is answered
 * is none of its business, as with most platforms: that a refused run looks well from there is what the demo shows.
 */
import type { Clock } from "#lib/time/clock.ts";
import { millis } from "#lib/time/instant.ts";
import type { Sleep } from "#lib/time/sleep.ts";
import { type Job, nextFiring } from "./story.ts";

export interface SchedulerOptions {
  readonly jobs: readonly Job[];
  readonly everySeconds: number;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Calls a job; awaited at the end only. Never rejects. */
  readonly fire: (job: Job) => Promise<void>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Resolves when the signal has come and all that it fired has ended. */
export async function runScheduler(options: SchedulerOptions): Promise<void> {
  const { jobs, everySeconds, clock, sleep, fire, signal } = options;
  const fired = new Set<Promise<void>>();
  const later = async (job: Job): Promise<void> => {
    await sleep(millis(Math.round(job.after * everySeconds * 1_000)), signal);
    await fire(job);
  };
  while (!signal.aborted) {
    const now = clock.now();
    try {
      await sleep(millis(nextFiring(now, everySeconds) - now), signal);
    } catch {
      break; // the signal
    }
    for (const job of jobs) {
      const one: Promise<void> = later(job)
        .catch(() => {}) // stopped before its moment came
        .finally(() => fired.delete(one));
      fired.add(one);
    }
  }
  await Promise.all(fired);
}

/** What Vercel Cron sends (contracts.md, section 1): a GET with the project's secret, its name and the expression as hints. */
export async function callAsVercel(url: string, secret: string): Promise<void> {
  const headers = {
    authorization: `Bearer ${secret}`,
    "user-agent": "vercel-cron/1.0",
    "x-vercel-cron-schedule": "* * * * *",
  };
  const answered = await fetch(url, { headers, redirect: "manual", signal: AbortSignal.timeout(60_000) });
  await answered.arrayBuffer();
}
