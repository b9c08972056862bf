/**
 * Claims what is to be fired and stores it as attempts, before anything is sent.
 *
 * 1. Claim clocks that have struck, or planned firings that are due (SKIP LOCKED): another engine takes others.
 * 2. Read the schedules, or use what was read ahead of them and is still true (`prepare-dispatch.ts`): which windows are
 *    expected, excused, and whose run before is still under way.
 * 3. Store: an attempt for each firing, the windows that are left out, those that wait, and when to look again.
 * One transaction. A crash before its commit leaves nothing, and the claim is free; a crash after it leaves attempts whose
 * answers are not known, and that are never sent again.
 */
import type pg from "pg";
import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import { claimClocks, holdClocks, type NextLook, writeClocks } from "#lib/drivers/dispatch/clock-store.ts";
import { type LeftOut, leftOut, overlapping } from "#lib/drivers/dispatch/due.ts";
import { insertLeftOut } from "#lib/drivers/dispatch/left-out-store.ts";
import { claimPlanned, deletePlanned, planDispatches, postponePlanned, withWaiting } from "#lib/drivers/dispatch/plan-store.ts"; // biome-ignore format: one line
import type { Planned, Why } from "#lib/drivers/dispatch/planned.ts";
import { insertAttempts, withPendingAttempt } from "#lib/evidence/attempt-store.ts";
import { runsFrom } from "#lib/evidence/store.ts";
import { loadMaintenance, type Maintenance } from "#lib/schedules/facts-store.ts";
import { type History, maximumRuntime, versionAt } from "#lib/schedules/windows.ts";
import { HOUR, type Instant, instant, MINUTE, millis, minus, plus, SECOND } from "#lib/time/instant.ts";
import { windowNamed } from "#lib/verdicts/placement.ts";
import { isStandIn, type Known, knownTargets } from "./dispatch-targets.ts";
import type { Aim, Firing } from "./firing.ts";
import { type Foreseen, type Look, type LookBy, lookAt, lookAtRolling, lookForeseen } from "./look-at.ts";
import { type Prepared, stillReady } from "./prepare-dispatch.ts";
import { excusesOf, isRolling, judgeSubject, loadSubjects } from "./subjects.ts";

export interface Claim {
  readonly now: Instant;
  readonly atMost: number;
  /** Since when this engine has been there without a break. */
  readonly upSince: Instant;
  /** ROLLCALL_SECRET, under which the secrets of routes are stored. */
  readonly secret: string;
  /** What was read ahead. */
  readonly prepared: Prepared;
}

export interface Claimed {
  readonly firings: readonly Firing[];
  /** As many as were asked for: there may be more. */
  readonly full: boolean;
}

/** After the longest time in which an answer may come, that it is written down. */
const MARGIN = millis(15 * SECOND);
/** A window that waits for the run before it looks again. */
const WAITS = millis(SECOND);
const LONGEST_TIMEOUT = millis(HOUR);

/** Those of which a run, or a firing whose answer is awaited, is under way; changed in place by what is fired now. */
async function underWay(sql: Sql, some: readonly Known[], now: Instant): Promise<Set<string>> {
  const asked = some.filter(({ aim }) => aim !== null && aim.target.overlap !== "allow").map(({ facts }) => facts);
  if (asked.length === 0) return new Set();
  const ids = asked.map(({ id }) => id);
  const found = new Set(await withPendingAttempt(sql, ids, { now, since: minus(now, LONGEST_TIMEOUT) }));
  const runs = await runsFrom(
    sql,
    ids.map((scheduleId) => ({ scheduleId, from: now })),
  );
  for (const { id, history } of asked) {
    const open = (runs.get(id) ?? []).some(
      (run) => run.finishedAt === null && now - run.startedAt <= maximumRuntime(history, run.startedAt),
    );
    if (open) found.add(id);
  }
  return found;
}

interface Wanted {
  readonly id: string;
  readonly its: Known & { readonly aim: Aim };
  readonly window: Instant | null;
  readonly dueBy: Instant | null;
  readonly why: Why;
  readonly retry: number;
}

const firingOf = ({ id, its, ...rest }: Wanted, now: Instant): Firing => ({
  ...{ id, at: now, scheduleId: its.facts.id, slug: its.schedule.slug, history: its.facts.history, aim: its.aim },
  ...{ window: rest.window, dueBy: rest.dueBy, why: rest.why, retry: rest.retry },
});

/** Stores them as attempts whose answers are not known yet. */
async function storeFirings(sql: Sql, firings: readonly Firing[]): Promise<void> {
  await insertAttempts(
    sql,
    firings.map(({ id, scheduleId, at, window, aim }) => ({
      ...{ id, scheduleId, at, scheduledFor: window, outcome: "answer_unknown", status: null, latencyMs: null },
      ...{ error: null, source: "dispatcher" },
      pendingUntil: plus(at, millis(aim.target.timeoutSeconds * SECOND + MARGIN)),
    })),
  );
}

const dueByOf = ({ facts }: Known, window: Instant, now: Instant): Instant | null =>
  windowNamed(facts.history, window, now)?.dueBy ?? null;

/** Looks of rolling schedules follow from their runs. */
async function rollingLooks(
  sql: Sql,
  rolling: readonly (Known & { readonly through: Instant })[],
  by: { readonly now: Instant; readonly maintenance: readonly Maintenance[] },
): Promise<Map<string, Look>> {
  const looks = new Map<string, Look>();
  if (rolling.length === 0) return looks;
  const subjects = await loadSubjects(
    sql,
    rolling.map(({ facts }) => facts.id),
    { now: by.now },
  );
  for (const { facts, through } of rolling) {
    const subject = subjects.get(facts.id);
    const open = subject ? (judgeSubject(subject, by.now).windows.at(-1) ?? null) : null;
    const laid = open && { ...open, early: 0 };
    looks.set(facts.id, lookAtRolling(laid, through, { now: by.now, excuses: excusesOf(facts, by.maintenance) }));
  }
  return looks;
}

/** One schedule whose windows cannot be told stops no other: judging sets it aside and says why. */
function lookSafely(
  { history, firedThrough, foreseen }: { history: History; firedThrough: Instant; foreseen: Foreseen | undefined },
  by: LookBy,
): Look {
  try {
    return foreseen ? lookForeseen(foreseen, by) : lookAt(history, firedThrough, by);
  } catch {
    return { fire: [], leftOut: [], nextAt: plus(by.now, MINUTE) };
  }
}

/** Windows whose time has come. */
export function claimWindows(pool: pg.Pool, by: Claim): Promise<Claimed> {
  const { now } = by;
  return inSqlTransaction(pool, async (sql) => {
    const clocks = await claimClocks(sql, by);
    if (clocks.length === 0) return { firings: [], full: false };
    const ready = await stillReady(sql, clocks, by);
    const unread = clocks.flatMap(({ scheduleId }) => (ready.has(scheduleId) ? [] : [scheduleId]));
    const all = await knownTargets(sql, unread, by);
    for (const [id, { its }] of ready) all.set(id, its);
    const oldest = clocks.reduce((least, { firedThrough }) => Math.min(least, firedThrough), Number(now));
    const maintenance = await loadMaintenance(sql, instant(oldest));
    const through = new Map(clocks.map((clock) => [clock.scheduleId, clock.firedThrough]));
    const rolling = [...all.values()].filter(({ facts, aim }) => aim !== null && isRolling(facts));
    const looks = await rollingLooks(
      sql,
      rolling.map((one) => ({ ...one, through: through.get(one.facts.id) ?? now })),
      { now, maintenance },
    );
    const wanted: Wanted[] = [];
    const out: (LeftOut & { scheduleId: string })[] = [];
    const next: NextLook[] = [];
    for (const { scheduleId, firedThrough } of clocks) {
      const its = all.get(scheduleId);
      const aim = its?.aim ?? null;
      if (!its || aim === null) {
        next.push({ scheduleId, nextAt: null, firedThrough: now });
        continue;
      }
      const excuses = excusesOf(its.facts, maintenance);
      const own = its.schedule.driver.kind === "rollcall";
      const look =
        looks.get(scheduleId) ??
        lookSafely(
          { history: its.facts.history, firedThrough, foreseen: ready.get(scheduleId)?.foreseen },
          {
            ...{ now, upSince: by.upSince, catchUp: aim.target.catchUp, excuses },
            fires: (window) => own || isStandIn(window.version),
          },
        );
      const fired = look.fire.length > 0 || !looks.has(scheduleId);
      const decided = fired ? instant(Math.max(now, firedThrough)) : firedThrough;
      const fires = own || (look.nextAt !== null && isStandIn(versionAt(its.facts.history, look.nextAt)));
      next.push({ scheduleId, nextAt: fires ? look.nextAt : null, firedThrough: decided });
      out.push(...look.leftOut.map((one) => ({ ...one, scheduleId })));
      for (const window of look.fire) {
        const dueBy = dueByOf(its, window, now);
        wanted.push({ id: newId(now), its: { ...its, aim }, window, dueBy, why: "schedule", retry: 0 });
      }
    }
    const firings = await withoutOverlap(sql, wanted, { now, out });
    await storeFirings(sql, firings);
    await insertLeftOut(sql, out, now);
    await writeClocks(sql, next);
    return { firings, full: clocks.length === by.atMost };
  });
}

/** What of the windows may be fired beside what is under way; the rest waits, or is left out. */
async function withoutOverlap(
  sql: Sql,
  wanted: readonly Wanted[],
  by: { readonly now: Instant; readonly out: (LeftOut & { scheduleId: string })[] },
): Promise<Firing[]> {
  const { now, out } = by;
  const some = wanted.map(({ its }) => its);
  const busy = await underWay(sql, some, now);
  const queues = some.filter(({ aim }) => aim.target.overlap === "wait").map(({ facts }) => facts.id);
  for (const id of await withWaiting(sql, queues)) busy.add(id);
  const firings: Firing[] = [];
  const waiting: Planned[] = [];
  for (const one of wanted) {
    const { its, window, dueBy } = one;
    const scheduleId = its.facts.id;
    switch (overlapping({ policy: its.aim.target.overlap, underWay: busy.has(scheduleId), now, dueBy })) {
      case "fire":
        firings.push(firingOf(one, now));
        busy.add(scheduleId);
        break;
      case "wait":
        waiting.push({ ...{ id: one.id, scheduleId, window, why: one.why, retry: 0, actor: null }, dueAt: plus(now, WAITS), plannedAt: now }); // biome-ignore format: one line
        break;
      case "leave_out":
        if (window !== null) out.push({ ...leftOut(window, "overlap"), scheduleId });
        break;
    }
  }
  await planDispatches(sql, waiting);
  return firings;
}

/** Firings that were planned: by hand, retries, and windows that waited for the run before them. */
export function claimPlannedFirings(pool: pg.Pool, by: Claim): Promise<Claimed> {
  const { now } = by;
  return inSqlTransaction(pool, async (sql) => {
    const planned = await claimPlanned(sql, by);
    if (planned.length === 0) return { firings: [], full: false };
    const ids = [...new Set(planned.map(({ scheduleId }) => scheduleId))];
    const all = await knownTargets(sql, ids, by);
    const guarded = ids.filter((id) => (all.get(id)?.aim?.target.overlap ?? "allow") !== "allow");
    // Another engine may just be firing one of them: it is looked at again a moment later.
    const held = await holdClocks(sql, guarded);
    const busy = await underWay(sql, [...all.values()], now);
    const firings: Firing[] = [];
    const gone: string[] = [];
    const later: string[] = [];
    const out: (LeftOut & { scheduleId: string })[] = [];
    for (const { id, scheduleId, window, why, retry } of planned) {
      const its = all.get(scheduleId);
      const aim = its?.aim ?? null;
      if (!its || aim === null) {
        gone.push(id);
        continue;
      }
      const dueBy = window === null ? null : dueByOf(its, window, now);
      const policy = aim.target.overlap;
      const byHand = why === "manual" || why === "make_good";
      const unsure = policy !== "allow" && !held.has(scheduleId);
      // Who asks by hand wants it to run: it waits, and is not left out.
      const says = unsure
        ? "wait"
        : overlapping({
            policy: byHand && policy === "skip" ? "wait" : policy,
            underWay: busy.has(scheduleId),
            ...{ now, dueBy: byHand ? null : dueBy },
          });
      if (says === "wait") later.push(id);
      else gone.push(id);
      if (says === "fire") {
        firings.push(firingOf({ id, its: { ...its, aim }, window, dueBy, why, retry }, now));
        busy.add(scheduleId);
      }
      if (says === "leave_out" && window !== null && retry === 0) {
        out.push({ ...leftOut(window, "overlap"), scheduleId });
      }
    }
    await storeFirings(sql, firings);
    await insertLeftOut(sql, out, now);
    await deletePlanned(sql, gone);
    await postponePlanned(sql, later, plus(now, WAITS));
    return { firings, full: planned.length === by.atMost };
  });
}
