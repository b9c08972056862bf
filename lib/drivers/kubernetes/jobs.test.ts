import type { V1CronJob, V1Job } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { instant } from "#lib/time/instant.ts";
import { jobFrom, readingOf } from "./jobs.ts";

const T = Date.UTC(2027, 0, 12, 1);
const MINUTE = 60_000;
const cronJob = (spec: Partial<NonNullable<V1CronJob["spec"]>> = {}): V1CronJob => ({
  metadata: { name: "nightly", namespace: "app", uid: "owner" },
  spec: { schedule: "* * * * *", jobTemplate: { spec: { template: {} } }, ...spec },
});
/** The Job of the minute `index`, made a few seconds late; it ended as told. */
function job(index: number, end: "Complete" | "Failed" | null, more: Partial<V1Job["metadata"] & object> = {}): V1Job {
  const at = T + index * MINUTE;
  return {
    metadata: {
      ...{ name: `nightly-${at / MINUTE}`, uid: `job-${index}`, creationTimestamp: new Date(at + 3_000) },
      annotations: {
        "batch.kubernetes.io/cronjob-scheduled-timestamp": new Date(at).toISOString().replace(".000", ""),
      },
      ownerReferences: [{ apiVersion: "batch/v1", kind: "CronJob", name: "nightly", uid: "owner" }],
      ...more,
    },
    status: {
      startTime: new Date(at + 3_000),
      ...(end === "Complete" ? { completionTime: new Date(at + 20_000) } : {}),
      conditions:
        end === null
          ? []
          : [
              { type: end === "Complete" ? "SuccessCriteriaMet" : "FailureTarget", status: "True" },
              {
                ...{ type: end, status: "True", lastTransitionTime: new Date(at + 20_000) },
                ...(end === "Failed" ? { reason: "BackoffLimitExceeded", message: "Job has reached the limit" } : {}),
              },
            ],
    },
  };
}
const read = (jobs: readonly V1Job[], minute: number, cursor: unknown = null, of = cronJob()) =>
  readingOf(jobs, { cronJob: of, cursor, now: instant(T + minute * MINUTE) });

test("each Job of the CronJob is an attempt and a run of the time that it was made for", () => {
  const others = job(9, "Complete", { uid: "else", ownerReferences: [] });
  const { attempts, runs } = read([job(1, "Failed"), others, job(2, null), job(0, "Complete")], 3);
  expect(attempts.map(({ id, at, scheduledFor, outcome }) => [id, at - T, Number(scheduledFor) - T, outcome])).toEqual([
    ["job-0", 3_000, 0, "answered"],
    ["job-1", MINUTE + 3_000, MINUTE, "answered"],
    ["job-2", 2 * MINUTE + 3_000, 2 * MINUTE, "answered"],
  ]);
  expect(runs).toMatchObject([
    { id: "job-0", window: T, startedAt: T + 3_000, finishedAt: T + 20_000, outcome: "success", log: null },
    { id: "job-1", outcome: "fail", log: "BackoffLimitExceeded: Job has reached the limit" },
    { id: "job-2", finishedAt: null, outcome: null },
  ]);
});

test("without the annotation the name tells the minute; a Job made by hand has no window", () => {
  const minute = { scheduledFor: T };
  expect(read([job(0, null, { annotations: {} })], 1).attempts).toMatchObject([minute]);
  const manual = { annotations: { "cronjob.kubernetes.io/instantiate": "manual" } };
  expect(read([job(0, null, manual)], 1).attempts).toMatchObject([{ scheduledFor: null }]);
  expect(read([job(0, null, { annotations: {}, name: "nightly-eu-29845020" })], 1).attempts).toMatchObject([
    { scheduledFor: null },
  ]);
});

test("nothing was missed while there was room, or while one is there that was there before", () => {
  const first = read([job(0, "Complete")], 1);
  expect(first.coversFrom).toBe(T + MINUTE);
  const room = read([job(0, "Complete"), job(1, "Complete")], 2, first.cursor);
  expect(room.coversFrom).toBeNull();
  const kept = read([job(1, "Complete"), job(2, "Complete"), job(3, "Complete")], 4, room.cursor);
  expect(kept.coversFrom).toBeNull();
});

test("where none is left of those that were there, those in between may have gone", () => {
  const first = read([job(0, "Complete"), job(1, "Failed")], 2);
  const gone = read([4, 5, 6].map((index) => job(index, "Complete")).concat(job(1, "Failed")), 7, first.cursor);
  expect(gone.coversFrom).toBe(T + 4 * MINUTE + 3_000);
  const failed = read([job(0, "Complete"), job(5, "Failed")], 7, first.cursor);
  expect(failed.coversFrom).toBe(T + 5 * MINUTE + 3_000);
});

test("what is deleted after a while, or at once, covers only so much", () => {
  const ttl = cronJob({ jobTemplate: { spec: { template: {}, ttlSecondsAfterFinished: 120 } } });
  const first = read([], 1, null, ttl);
  expect(read([], 2, first.cursor, ttl).coversFrom).toBeNull();
  expect(read([], 5, first.cursor, ttl).coversFrom).toBe(T + 3 * MINUTE);
  const none = cronJob({ failedJobsHistoryLimit: 0 });
  expect(read([], 2, first.cursor, none)).toMatchObject({ coversFrom: T + 2 * MINUTE, coversTo: T + 2 * MINUTE });
});

test("a Job fired by hand is as kubectl makes it, and comes back as its own attempt, for its window", () => {
  const id = "018f0000-0000-7000-8000-00000000abcd";
  const long = cronJob();
  const made = jobFrom(
    { ...long, metadata: { ...long.metadata, name: `${"x".repeat(45)}-tail` } },
    { id, window: instant(T) },
  );
  expect(made?.metadata?.name).toBe(`${"x".repeat(45)}-rc-00000000abcd`);
  expect(made?.metadata?.name?.length).toBeLessThanOrEqual(63);
  const again = read(
    [{ ...made, metadata: { ...made?.metadata, uid: "mine", creationTimestamp: new Date(T + MINUTE) } }],
    2,
  );
  expect(again.attempts).toMatchObject([{ id: "mine", firedAs: id, scheduledFor: T }]);
  expect(jobFrom({ metadata: {} }, { id, window: null })).toBeNull();
});
