/**
 * Takes the answers to firings into the database: what became of each is evidence (domain.md, Run and check-in).
 *
 * 1. How each attempt ended. 2. The run that an answer tells of, with its check-ins; a refusal is a rejected decision.
 * 3. The retry, where the target allows one and its window still has time. 4. Raise the states, and judge those for which
 * it changes something now; tell the screens. One transaction: a crash leaves attempts whose answers are not known, and
 * never one that was answered well beside a run that was not stored.
 */
import type pg from "pg";
import type { DecisionToStore } from "#lib/boundary/decision-store.ts";
import { insertDecisions } from "#lib/boundary/decision-store.ts";
import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { type Topic, tellDispatch, tellStale } from "#lib/db/tell.ts";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import { dropRetries, planDispatches } from "#lib/drivers/dispatch/plan-store.ts";
import type { Planned } from "#lib/drivers/dispatch/planned.ts";
import { nextRetry } from "#lib/drivers/dispatch/retry.ts";
import { type AnsweredAttempt, writeAnswers } from "#lib/evidence/attempt-store.ts";
import type { CheckInKind } from "#lib/evidence/check-in.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import { insertCheckIns, type Placed, type RunToStore, upsertRuns } from "#lib/evidence/write-store.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Fired } from "./firing.ts";
import { judgeHeard, type Word } from "./heard.ts";

const AGENT = "Rollcall";

const attemptOf = ({ firing, read, excerpt }: Fired): AnsweredAttempt => ({
  ...{ id: firing.id, scheduleId: firing.scheduleId, at: firing.at, excerpt },
  ...read.attempt,
});

/** The run that it tells of; `null`: none, or the application checks in itself. */
const runTold = ({ firing, read }: Fired): "success" | "fail" | null =>
  firing.aim.target.runs === "answer" ? read.run : null;

interface StoredRun {
  readonly run: RunToStore;
  readonly checkIns: readonly Placed[];
}

/** A run of its own, under the id of its attempt: sent is started, answered is finished. */
function runOf(fired: Fired): StoredRun | null {
  const outcome = runTold(fired);
  if (outcome === null) return null;
  const { firing, sentAt, answeredAt, read, excerpt } = fired;
  const { scheduleId, id: rid, window } = firing;
  const id = newId(sentAt);
  const log =
    outcome === "fail" ? Buffer.from([read.attempt.error, excerpt].filter(Boolean).join("\n\n"), "utf8") : null;
  const checkIn = (kind: CheckInKind, at: Instant, own: string, body: Buffer | null): Placed => {
    const incoming: Incoming = {
      ...{ id: own, scheduleId, at, receivedAt: answeredAt, kind, rid, exitStatus: null, window, body },
      ...{ bodyBytes: body?.length ?? 0, method: firing.aim.target.method, remoteAddress: null, userAgent: AGENT },
    };
    return { incoming, runId: id };
  };
  return {
    run: {
      scheduleId,
      run: {
        ...{ id, rid, startedAt: sentAt, finishedAt: answeredAt, outcome, exitStatus: null, hasStart: true },
        ...{ namedWindow: window, executionId: rid, closed: false },
      },
      ...{ isNew: true, addedLogBytes: log?.length ?? 0, closedBy: null, remoteAddress: null, userAgent: AGENT },
      ...{ source: "dispatcher", manual: firing.why === "manual" },
    },
    checkIns: [checkIn("start", sentAt, id, null), checkIn(outcome, answeredAt, newId(answeredAt), log)],
  };
}

/** A refusal by the target is a rejected decision, whether or not a gate stands there. */
function decisionOf({ firing, read, sentAt }: Fired): DecisionToStore | null {
  const { rejected } = read;
  if (rejected === null) return null;
  const { aim, scheduleId, slug, window, id } = firing;
  return {
    reported: {
      ...{ id: newId(sentAt), at: sentAt, route: aim.route?.name ?? "", outcome: "rejected", reason: rejected.reason },
      ...{
        via: "scheduler",
        detail: rejected.detail,
        method: aim.target.method,
        path: new URL(aim.target.url).pathname,
      },
      ...{ contractExpected: null, contractResembled: null, diagnosis: rejected.diagnosis, schedule: slug, window },
      ...{ expression: null, executionId: id, presented: {}, source: "dispatcher" },
    },
    ...{ via: "scheduler", scheduleIds: [scheduleId], ambiguous: false, diagnosis: rejected.diagnosis },
  };
}

/** The same request again, later. One that was refused is not: who refused it once would refuse it again. */
function retryOf({ firing, read, answeredAt, retryAfterSeconds }: Fired, chance: number): Planned | null {
  const { attempt, run } = read;
  const { window, dueBy, retry, scheduleId, why, aim } = firing;
  if (why !== "schedule" || window === null || dueBy === null) return null;
  if (attempt.outcome === "refused" || run === "success") return null;
  const { retries } = aim.target;
  const at = nextRetry({ retries, done: retry, now: answeredAt, dueBy, retryAfterSeconds, chance });
  if (at === null) return null;
  return {
    ...{ id: newId(answeredAt), scheduleId, window, why, retry: retry + 1, dueAt: at, actor: null },
    plannedAt: answeredAt,
  };
}

function wordsOf(fired: Fired): Word[] {
  const { firing, read, sentAt } = fired;
  const { scheduleId, window, at } = firing;
  const run = runTold(fired);
  // A window that had failed, and one of long ago, are judged by what came now.
  const atOnce = run === "fail" || firing.retry > 0 || firing.why !== "schedule";
  const attempted: Word = { scheduleId, at, window, kind: "attempted", ranAt: run === null ? null : sentAt, atOnce };
  return read.rejected ? [attempted, { scheduleId, at: sentAt, window, kind: "rejected" }] : [attempted];
}

/** Beyond so many names a screen reads all of them again anyway. */
const NAMED_AT_MOST = 50;

async function tell(tx: Sql, all: readonly Fired[]): Promise<void> {
  const slugs = [...new Set(all.map(({ firing }) => firing.slug))];
  const topics: readonly Topic[] =
    slugs.length > NAMED_AT_MOST ? ["schedules"] : slugs.map((slug): Topic => `schedules/${slug}`);
  await tellStale(tx, topics);
}

/** All durable when it resolves. Rejects with the database's error when it is away: then none of it counts as stored. */
export function recordAnswers(
  pool: pg.Pool,
  all: readonly Fired[],
  by: { readonly now: Instant; readonly chance: () => number },
): Promise<void> {
  return inSqlTransaction(pool, async (tx) => {
    const written = await writeAnswers(tx, all.map(attemptOf));
    // One that retention has forgotten meanwhile, or that was stored already when the commit's answer was lost.
    const fresh = all.filter(({ firing }) => written.has(firing.id));
    const runs = fresh.flatMap((fired) => runOf(fired) ?? []);
    await insertCheckIns(
      tx,
      runs.flatMap(({ checkIns }) => checkIns),
    );
    await upsertRuns(
      tx,
      runs.map(({ run }) => run),
    );
    await insertDecisions(
      tx,
      fresh.flatMap((fired) => decisionOf(fired) ?? []),
      by.now,
    );
    const healed = fresh.flatMap(({ firing: { scheduleId, window }, read }) =>
      window !== null && read.run === "success" ? [{ scheduleId, window }] : [],
    );
    await dropRetries(tx, healed);
    const retries = fresh.flatMap((fired) => retryOf(fired, by.chance()) ?? []);
    await planDispatches(tx, retries);
    if (retries.length > 0) await tellDispatch(tx);
    const histories = new Map(fresh.map(({ firing }) => [firing.scheduleId, firing.history]));
    await judgeHeard(tx, fresh.flatMap(wordsOf), { now: by.now, historyOf: (id) => histories.get(id) });
    await tell(tx, fresh);
  });
}
