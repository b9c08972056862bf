/**
 * What a queue's stream of events says of one scheduler. BullMQ writes an event for each step of each job, also of jobs
 * that are removed when they are done; the stream is ordered by Redis' own clock. Pure.
 */
import { createHash } from "node:crypto";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { FiredThere, RanThere } from "../driver.ts";

export interface Event {
  /** `{milliseconds}-{number}` */
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The jobs that have been handed to the workers and have not ended: when that was, and when one of them began. */
export type Open = Readonly<Record<string, { readonly fired: number; readonly started: number | null }>>;

const MOST_OPEN = 200;
const LONGEST_LOG = 10_000;

export const millisOf = (id: string): number => Number(id.split("-")[0]);

/** Whether the first of two ids of a stream is the earlier one. */
export function isBefore(a: string, b: string): boolean {
  const [left, right] = [a, b].map((id) => id.split("-").map(Number));
  const [am = 0, an = 0] = left ?? [];
  const [bm = 0, bn = 0] = right ?? [];
  return am < bm || (am === bm && an < bn);
}

const markOf = (scheduler: string): string => createHash("sha256").update(scheduler).digest("hex").slice(0, 12);

/** The id of a job that is fired by hand: it names its attempt, its scheduler and its window, and is taken once. */
export const jobIdOf = (attempt: string, scheduler: string, window: Instant | null): string =>
  `rollcall-${attempt}-${markOf(scheduler)}-${window ?? "none"}`;

interface Job {
  /** The id of its attempt. */
  readonly attempt: string;
  readonly firedAs?: string;
  readonly window: Instant | null;
}

/** A job of this scheduler by its id: `repeat:{scheduler}:{time}`, or one fired by hand; else `null`. */
function jobOf(id: string, { queue, scheduler }: Asked): Job | null {
  const prefix = `repeat:${scheduler}:`;
  if (id.startsWith(prefix)) {
    const time = id.slice(prefix.length);
    return /^\d{1,15}$/.test(time) ? { attempt: `${queue}:${id}`, window: instant(Number(time)) } : null;
  }
  const [, attempt, mark, time] = /^rollcall-([0-9a-f-]{36})-([0-9a-f]{12})-(\d{1,15}|none)$/.exec(id) ?? [];
  if (!attempt || mark !== markOf(scheduler)) return null;
  return { attempt, firedAs: attempt, window: time === "none" ? null : instant(Number(time)) };
}

interface Asked {
  readonly queue: string;
  readonly scheduler: string;
}

const firedBy = ({ attempt, window, firedAs }: Job, time: number): FiredThere => ({
  ...{ id: attempt, at: instant(time), scheduledFor: window, ...(firedAs === undefined ? {} : { firedAs }) },
  ...{ outcome: "answered", status: null, latencyMs: null, error: null },
});

/** The attempts and runs that events tell of, and which runs are still under way after them. */
export function readEvents(
  events: readonly Event[],
  asked: Asked & { readonly open: Open },
): { readonly attempts: readonly FiredThere[]; readonly runs: readonly RanThere[]; readonly open: Open } {
  const attempts: FiredThere[] = [];
  const ended: RanThere[] = [];
  const open = new Map(Object.entries(asked.open));
  const run = (id: string, start: number, rest: Pick<RanThere, "finishedAt" | "outcome" | "log">): RanThere => ({
    // A job that is retried by hand after its end runs a second time under the same id.
    id: `${asked.queue}:${id}@${start}`,
    ...{ startedAt: instant(start), window: jobOf(id, asked)?.window ?? null, ...rest },
  });
  for (const { id: at, fields } of events) {
    const { event, jobId = "", prev } = fields;
    const job = jobOf(jobId, asked);
    if (!job) continue;
    const time = millisOf(at);
    const known = open.get(jobId);
    switch (event) {
      case "waiting":
      case "active": {
        // It is fired when it is first handed over; what is retried by hand after its end was not fired again.
        const again = event === "waiting" && (prev === "failed" || prev === "completed");
        if (!known && !again) attempts.push(firedBy(job, time));
        const started = event === "active" ? time : null;
        open.set(jobId, { fired: known?.fired ?? time, started: known?.started ?? started });
        break;
      }
      case "completed":
      case "failed": {
        const log = event === "failed" ? (fields["failedReason"] ?? "").slice(0, LONGEST_LOG) || null : null;
        const outcome = event === "completed" ? "success" : "fail";
        ended.push(run(jobId, known?.started ?? time, { finishedAt: instant(time), outcome, log }));
        open.delete(jobId);
        break;
      }
      case "removed":
        open.delete(jobId);
    }
  }
  const kept = [...open].sort(([, a], [, b]) => b.fired - a.fired).slice(0, MOST_OPEN);
  const running = kept.flatMap(([id, { started }]) =>
    started === null ? [] : [run(id, started, { finishedAt: null, outcome: null, log: null })],
  );
  return { attempts, runs: [...ended, ...running], open: Object.fromEntries(kept) };
}
