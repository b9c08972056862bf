/**
 * The Jobs of a CronJob as its history. A cluster keeps only the last few that have ended (`successfulJobsHistoryLimit`,
 * `failedJobsHistoryLimit`, `ttlSecondsAfterFinished`): where more may have gone between two readings, that is a hole.
 * Pure.
 */
import type { V1CronJob, V1Job } from "@kubernetes/client-node";
import { type Instant, instant, parseRfc3339, toRfc3339 } from "#lib/time/instant.ts";
import type { FiredThere, RanThere, Reading } from "../driver.ts";

/** https://kubernetes.io/docs/reference/labels-annotations-taints/ */
const SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";
/** As `kubectl create job --from` writes it. */
const INSTANTIATE = "cronjob.kubernetes.io/instantiate";
const ATTEMPT = "rollcall/attempt";
const LONGEST_LOG = 10_000;

interface Cursor {
  readonly at: number;
  /** The uids of those that had ended and were still there. */
  readonly succeeded: readonly string[];
  readonly failed: readonly string[];
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

function cursorIn(value: unknown): Cursor | null {
  if (typeof value !== "object" || value === null) return null;
  const { at, succeeded, failed } = value as Record<string, unknown>;
  return typeof at === "number" && isTexts(succeeded) && isTexts(failed) ? { at, succeeded, failed } : null;
}

const millisOf = (date: Date | undefined): number | null => (date === undefined ? null : new Date(date).getTime());

/** The time that it was made for: told by the annotation, before Kubernetes 1.28 by its name (minutes of the epoch). */
function scheduledFor(job: V1Job, cronJob: string): Instant | null {
  const annotations = job.metadata?.annotations ?? {};
  const told = annotations[SCHEDULED];
  if (told !== undefined) return parseRfc3339(told);
  if (annotations[INSTANTIATE] !== undefined) return null;
  const made = job.metadata?.name ?? "";
  const minutes = made.startsWith(`${cronJob}-`) ? made.slice(cronJob.length + 1) : "";
  return /^\d{8,10}$/.test(minutes) ? instant(Number(minutes) * 60_000) : null;
}

interface Ended {
  readonly outcome: "success" | "fail";
  readonly at: number | null;
  readonly log: string | null;
}

function endOf({ status }: V1Job): Ended | null {
  for (const { type, status: holds, reason, message, lastTransitionTime } of status?.conditions ?? []) {
    if (holds !== "True") continue;
    const at = millisOf(lastTransitionTime);
    if (type === "Complete") return { outcome: "success", at: millisOf(status?.completionTime) ?? at, log: null };
    if (type === "Failed") {
      const log = [reason, message].filter(Boolean).join(": ").slice(0, LONGEST_LOG) || null;
      return { outcome: "fail", at, log };
    }
  }
  return null;
}

interface Seen {
  readonly uid: string;
  readonly made: number;
  readonly ended: Ended | null;
  readonly fired: FiredThere;
  readonly run: RanThere | null;
}

function seen(job: V1Job, cronJob: string): Seen | null {
  const { uid, creationTimestamp, annotations } = job.metadata ?? {};
  const made = millisOf(creationTimestamp);
  if (uid === undefined || made === null) return null;
  const window = scheduledFor(job, cronJob);
  const ended = endOf(job);
  const firedAs = annotations?.[ATTEMPT];
  const startedAt = instant(millisOf(job.status?.startTime) ?? made);
  const answered = { outcome: "answered", status: null, latencyMs: null, error: null } as const;
  // One that is suspended itself has not begun.
  const begun = ended !== null || job.status?.startTime !== undefined;
  return {
    ...{ uid, made, ended },
    fired: {
      id: uid,
      ...(firedAs === undefined ? {} : { firedAs }),
      at: instant(made),
      scheduledFor: window,
      ...answered,
    },
    run: begun
      ? {
          ...{ id: uid, startedAt, window, outcome: ended?.outcome ?? null, log: ended?.log ?? null },
          finishedAt: ended ? instant(Math.max(ended.at ?? startedAt, startedAt)) : null,
        }
      : null,
  };
}

const isOwnedBy = (job: V1Job, uid: string): boolean =>
  (job.metadata?.ownerReferences ?? []).some((owner) => owner.uid === uid);

/** From where on nothing can be missing; `null`: from the last reading. */
function coversFrom(
  jobs: readonly Seen[],
  { cronJob, cursor, now }: { readonly cronJob: V1CronJob; readonly cursor: Cursor | null; readonly now: Instant },
): Instant | null {
  if (cursor === null) return now;
  const holes: number[] = [];
  const ttl = cronJob.spec?.jobTemplate.spec?.ttlSecondsAfterFinished;
  if (ttl !== undefined && ttl * 1_000 <= now - cursor.at) holes.push(now - ttl * 1_000);
  const kinds = [
    ["success", cronJob.spec?.successfulJobsHistoryLimit ?? 3, cursor.succeeded],
    ["fail", cronJob.spec?.failedJobsHistoryLimit ?? 1, cursor.failed],
  ] as const;
  for (const [outcome, limit, known] of kinds) {
    if (limit === 0) holes.push(now);
    const kept = jobs.filter(({ ended }) => ended?.outcome === outcome);
    // The oldest go first: while one is there that was there before, or there is room, none has gone unseen.
    if (kept.length < limit || kept.some(({ uid }) => known.includes(uid))) continue;
    holes.push(Math.min(...kept.map(({ made }) => made), now));
  }
  return holes.length === 0 ? null : instant(Math.max(...holes));
}

/** The history that these Jobs are, at `now`. */
export function readingOf(
  all: readonly V1Job[],
  { cronJob, cursor: before, now }: { readonly cronJob: V1CronJob; readonly cursor: unknown; readonly now: Instant },
): Reading {
  const name = cronJob.metadata?.name ?? "";
  const owner = cronJob.metadata?.uid ?? "";
  const jobs = all
    .filter((job) => isOwnedBy(job, owner))
    .map((job) => seen(job, name))
    .filter((one) => one !== null)
    .sort((a, b) => a.made - b.made);
  const uids = (outcome: Ended["outcome"]) =>
    jobs.filter((job) => job.ended?.outcome === outcome).map(({ uid }) => uid);
  return {
    attempts: jobs.map(({ fired }) => fired),
    runs: jobs.map(({ run }) => run).filter((run) => run !== null),
    cursor: { at: now, succeeded: uids("success"), failed: uids("fail") } satisfies Cursor,
    coversFrom: coversFrom(jobs, { cronJob, cursor: cursorIn(before), now }),
    coversTo: now,
  };
}

/** A Job as `kubectl create job --from=cronjob/…` makes it; it names its attempt and its window, and is made once. */
export function jobFrom(
  cronJob: V1CronJob,
  { id, window }: { readonly id: string; readonly window: Instant | null },
): V1Job | null {
  const { name = "", uid, namespace } = cronJob.metadata ?? {};
  const template = cronJob.spec?.jobTemplate;
  if (!uid || !template?.spec) return null;
  const stem = name.slice(0, 46).replace(/[-.]+$/, "");
  return {
    ...{ apiVersion: "batch/v1", kind: "Job" },
    metadata: {
      ...{ name: `${stem}-rc-${id.replace(/-/g, "").slice(-12)}`, namespace: namespace ?? "default" },
      labels: { ...template.metadata?.labels },
      annotations: {
        ...template.metadata?.annotations,
        ...{ [INSTANTIATE]: "manual", [ATTEMPT]: id },
        ...(window === null ? {} : { [SCHEDULED]: toRfc3339(window) }),
      },
      ownerReferences: [{ apiVersion: "batch/v1", kind: "CronJob", name, uid, controller: true }],
    },
    spec: template.spec,
  };
}
