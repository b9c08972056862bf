/**
 * The saga of an acceleration as a machine: (state, event, now) → (state, effects). domain.md, Acceleration.
 *
 * Whatever crashes, it is woken and reads: nothing is written but after a reading, and `doing` says which write may have
 * taken effect without an answer. The original is stored before the first write, and no event changes it.
 */
import type { Answer, DriverProblem, Held } from "#lib/drivers/driver.ts";
import { type Instant, MINUTE, type Millis, millis, plus, SECOND } from "#lib/time/instant.ts";
import { sameTimes, sameWords } from "./held.ts";
import { type Effect, type Event, isReverting, type Moved, type Outcome, type Saga, type StepName } from "./saga.ts";

/** Tries of what has touched nothing yet, before the acceleration fails. */
const TRIES = 5;
/** How long after a write without an answer it may still take effect. */
export const DOUBT = millis(10 * SECOND);
/** While it is applied: how often it is looked whether somebody else changed the schedule. */
export const WATCH = millis(30 * SECOND);
const LONGEST_PAUSE = millis(5 * MINUTE);

/** One, two, four seconds … five minutes, without end. */
export const backoff = (failures: number): Millis =>
  millis(Math.min(LONGEST_PAUSE, SECOND * 2 ** Math.min(failures - 1, 20)));

const step = (name: StepName, detail: string, ok = true): Effect => ({ kind: "step", step: name, ok, detail });
const tell = (what: Extract<Effect, { kind: "tell" }>["what"]): Effect => ({ kind: "tell", what });
const READ: Effect = { kind: "read" };
const EXPECT: Effect = { kind: "expect" };
const quote = (held: Pick<Held, "native" | "enabled">): string =>
  held.enabled ? `\`${held.native}\`` : `\`${held.native}\`, disabled`;

/** Nothing happens. */
const stay = (saga: Saga): Moved => ({ saga, effects: [] });

const doubtful = (saga: Saga, now: Instant): boolean => saga.doubtUntil !== null && now < saga.doubtUntil;

function holdsTemporary(saga: Saga, held: Held, now: Instant): boolean {
  if (saga.temporary && sameWords(held, saga.temporary)) return true;
  // Known by its times alone while no answer has said how the scheduler writes it.
  if (saga.temporary && !saga.doubtUntil) return false;
  return held.enabled && sameTimes(held, { spec: saga.temporarySpec, timezone: saga.timezone }, now);
}

/** The beginning of the way back. The temporary windows are expected up to here. */
function turnBack(
  saga: Saga,
  outcome: Outcome,
  { now, because }: { readonly now: Instant; readonly because: string },
): Moved {
  if (saga.original === null) {
    const ended: Saga = { ...saga, state: "reverted", outcome, endedAt: now, nextAt: null, doing: null, failures: 0 };
    const effects = [step(outcome, because, outcome !== "failed"), tell(outcome), step("reverted", "Nothing had been touched."), tell("reverted")]; // biome-ignore format: one line
    return { saga: ended, effects };
  }
  const back: Saga = {
    ...saga,
    ...{ state: outcome, outcome, failures: 0, nextAt: now },
    revertBeganAt: saga.appliedAt === null ? null : now,
    confirmedAt: outcome === "confirmed" ? now : saga.confirmedAt,
  };
  const expected = saga.appliedAt === null ? [] : [EXPECT];
  return { saga: back, effects: [step(outcome, because, outcome !== "failed"), tell(outcome), ...expected, READ] };
}

function drift(saga: Saga, theirs: Held, now: Instant): Moved {
  const drifted: Saga = {
    ...saga,
    ...{ state: "drifted", theirs, doing: null, putBack: false, failures: 0, nextAt: null },
    revertBeganAt: saga.revertBeganAt ?? (saga.appliedAt === null ? null : now),
  };
  const said = `Somebody else changed the schedule: it holds ${quote(theirs)}. Nothing was overwritten.`;
  return { saga: drifted, effects: [step("drifted", said, false), tell("drifted"), EXPECT, calmed(said)] };
}

const calmed = (because: string): Effect => ({ kind: "calm", because });

function reverted(saga: Saga, held: Held, now: Instant): Moved {
  const done: Saga = { ...saga, state: "reverted", endedAt: now, nextAt: null, doing: null, failures: 0 };
  const said = `The original was read back: ${quote(held)}.`;
  return { saga: done, effects: [step("reverted", said), tell("reverted"), calmed(said)] };
}

/** A revert that fails is retried with back-off without end, and told of at once. */
function failing(saga: Saga, problem: string, now: Instant): Moved {
  const failures = saga.failures + 1;
  const pause = backoff(failures);
  // The first few, and then fewer and fewer: a month of retries shall not drown what led there.
  const told = failures <= 3 || (failures & (failures - 1)) === 0;
  return {
    saga: { ...saga, failures, nextAt: plus(now, pause) },
    effects: [
      ...(told ? [step("revert_failed", `Try ${failures}: ${problem}`, false)] : []),
      { kind: "alarm", problem },
    ],
  };
}

/** The temporary spec was read back: its windows are expected from here on. */
function applied(saga: Saga, held: Held, now: Instant): Moved {
  const done: Saga = {
    ...saga,
    ...{ state: "applied", temporary: held, appliedAt: now, doing: null, failures: 0 },
    nextAt: nextLook(saga, now),
  };
  return { saga: done, effects: [step("applied", `The temporary spec was read back: ${quote(held)}.`), tell("applied"), EXPECT] }; // biome-ignore format: one line
}

const nextLook = ({ expiresAt }: Saga, now: Instant): Instant =>
  expiresAt < plus(now, WATCH) ? expiresAt : plus(now, WATCH);

const writing = (saga: Saga, doing: "apply" | "revert", effects: readonly Effect[]): Moved => ({
  // Should it crash here, it is looked at again when the lease is over.
  saga: { ...saga, doing },
  effects,
});

function apply(saga: Saga, original: Held): Moved {
  const put = { spec: saga.temporarySpec, timezone: saga.timezone };
  const effects: Effect[] = [{ kind: "write", put, instead: original }];
  if (saga.failures === 0 && saga.doubtUntil === null)
    effects.unshift(step("applying", `Instead of ${quote(original)}.`));
  return writing(saga, "apply", effects);
}

function putBack(saga: Saga, original: Held, instead: Held): Moved {
  const effects: Effect[] = [{ kind: "write", put: original, instead }];
  if (saga.failures === 0) effects.unshift(step("reverting", `${quote(original)} instead of ${quote(instead)}.`));
  return writing(saga, "revert", effects);
}

/** What did not go well before anything is known to be applied. */
function notApplied(saga: Saga, problem: DriverProblem, now: Instant): Moved {
  const failures = saga.failures + 1;
  if (problem.kind !== "unreachable" || failures >= TRIES) {
    return turnBack({ ...saga, failures: 0 }, "failed", { now, because: problem.sentence });
  }
  return {
    saga: { ...saga, failures, nextAt: plus(now, backoff(failures)) },
    effects: [step("apply_failed", problem.sentence, false)],
  };
}

const asUnanswered = (saga: Saga, now: Instant): Saga => ({ ...saga, doing: null, doubtUntil: plus(now, DOUBT) });

/** What is read on the way there. */
function readBefore(saga: Saga, answer: Answer<Held>, now: Instant): Moved {
  if (!answer.ok) return notApplied(saga, answer.problem, now);
  const held = answer.value;
  const { original } = saga;
  if (original === null) {
    const stored: Saga = { ...saga, original: held, failures: 0 };
    const { saga: next, effects } = apply(stored, held);
    return { saga: next, effects: [step("original_stored", `${quote(held)}.`), ...effects] };
  }
  if (sameWords(held, original)) return apply(saga, original);
  // A write that got no answer did take effect.
  if (saga.doubtUntil !== null && holdsTemporary(saga, held, now)) return applied(saga, held, now);
  return drift(saga, held, now);
}

/** What is read on the way back. */
function readBack(saga: Saga, answer: Answer<Held>, now: Instant): Moved {
  if (!answer.ok) return failing(saga, answer.problem.sentence, now);
  const held = answer.value;
  const { original } = saga;
  if (original === null) throw new Error("an acceleration without its original has nothing to put back");
  if (sameWords(held, original)) {
    if (doubtful(saga, now)) return stay({ ...saga, nextAt: saga.doubtUntil });
    return reverted(saga, held, now);
  }
  const chosen = saga.putBack && saga.theirs !== null && sameWords(held, saga.theirs);
  return chosen || holdsTemporary(saga, held, now) ? putBack(saga, original, held) : drift(saga, held, now);
}

/** What is read while it is applied. */
function watched(saga: Saga, answer: Answer<Held>, now: Instant): Moved {
  const again: Saga = { ...saga, nextAt: nextLook(saga, now) };
  // Whoever does not answer now is asked again; the revert will tell of it.
  if (!answer.ok) return stay(again);
  const held = answer.value;
  if (saga.temporary && sameWords(held, saga.temporary)) return stay(again);
  if (saga.original && sameWords(held, saga.original)) {
    return turnBack(saga, "cancelled", { now, because: "Somebody put the original back already." });
  }
  return drift(saga, held, now);
}

function onRead(saga: Saga, answer: Answer<Held>, now: Instant): Moved {
  if (saga.state === "requested") return readBefore(saga, answer, now);
  if (saga.state === "applied") return watched(saga, answer, now);
  return isReverting(saga) ? readBack(saga, answer, now) : stay(saga);
}

/** The answer to the temporary spec. */
function onApplied(saga: Saga, answer: Answer<Held>, now: Instant): Moved {
  const waiting = saga.state === "requested";
  if (answer.ok) {
    const held = answer.value;
    const meant = sameTimes(held, { spec: saga.temporarySpec, timezone: saga.timezone }, now);
    const known: Saga = { ...saga, temporary: held, doing: null };
    if (!waiting) return { saga: { ...known, nextAt: now }, effects: [READ] };
    if (meant && held.enabled) return applied(known, held, now);
    const because = `What was read back is not what was asked for: ${quote(held)}.`;
    return turnBack(known, "failed", { now, because });
  }
  const { problem } = answer;
  if (problem.kind === "unreachable") {
    const unsure = asUnanswered(saga, now);
    return waiting ? notApplied(unsure, problem, now) : { saga: { ...unsure, nextAt: plus(now, SECOND) }, effects: [] };
  }
  const nothing: Saga = { ...saga, doing: null };
  const { original } = saga;
  // It wrote nothing, and says so; a try before that got no answer may have.
  if (problem.kind === "changed" && problem.holds && !(original && sameWords(problem.holds, original))) {
    return onRead(nothing, { ok: true, value: problem.holds }, now);
  }
  return waiting ? notApplied(nothing, problem, now) : { saga: { ...nothing, nextAt: now }, effects: [READ] };
}

/** The answer to putting the original back. */
function onReverted(saga: Saga, answer: Answer<Held>, now: Instant): Moved {
  const done: Saga = { ...saga, doing: null };
  if (!answer.ok) {
    const { problem } = answer;
    const moved = problem.kind === "changed" && problem.holds ? problem.holds : null;
    // Between the reading and the writing somebody was faster: what it holds now decides, as if it were read.
    if (moved && saga.original && sameWords(moved, saga.original))
      return readBack(done, { ok: true, value: moved }, now);
    if (moved && !holdsTemporary(saga, moved, now)) return readBack({ ...done, putBack: false }, { ok: true, value: moved }, now); // biome-ignore format: one line
    return failing(done, problem.sentence, now);
  }
  const held = answer.value;
  const { original } = saga;
  if (original === null) throw new Error("an acceleration without its original has nothing to put back");
  const same = sameWords(held, original) || (held.enabled === original.enabled && sameTimes(held, original, now));
  if (!same) return failing(done, `What was read back is not the original, but ${quote(held)}.`, now);
  // A write of the temporary spec that got no answer may still come after this one.
  if (doubtful(saga, now)) return stay({ ...done, nextAt: saga.doubtUntil });
  return reverted(done, held, now);
}

function onRuns(saga: Saga, event: Extract<Event, { kind: "runs" }>, now: Instant): Moved {
  if (saga.state !== "applied") return stay(saga);
  const { seen, confirmed, underWay } = event;
  const counted: Saga = { ...saga, runsSeen: seen, runsConfirmed: confirmed };
  const { confirmedRunsWanted: wanted, maxRuns } = saga;
  if (confirmed >= wanted) {
    const because = wanted === 1 ? "A run succeeded." : `${confirmed} runs succeeded.`;
    return turnBack(counted, "confirmed", { now, because });
  }
  // The last run that was asked for may still confirm it, as long as none beyond it begins.
  if (maxRuns !== null && (seen > maxRuns || (seen === maxRuns && !underWay))) {
    const because = `${seen} of ${maxRuns} runs came, and ${confirmed} of ${wanted} succeeded.`;
    return turnBack(counted, "expired", { now, because });
  }
  return stay(counted);
}

function onWoken(saga: Saga, now: Instant): Moved {
  if (saga.endedAt !== null || saga.state === "drifted") return stay({ ...saga, nextAt: null });
  const waits = saga.state === "requested" || saga.state === "applied";
  // A write whose answer was lost, with whoever waited for it, may still be on its way.
  const known = saga.doing === "apply" ? asUnanswered(saga, now) : { ...saga, doing: null };
  if (waits && now >= saga.expiresAt) {
    if (saga.state === "requested") return turnBack(known, "failed", { now, because: "Its time was over before it could be applied." }); // biome-ignore format: one line
    return turnBack(known, "expired", { now, because: "Its time limit is reached." });
  }
  return { saga: known, effects: [READ] };
}

function onChoice(saga: Saga, { choice, by }: Extract<Event, { kind: "choose" }>, now: Instant): Moved {
  if (saga.state !== "drifted" || saga.endedAt !== null) return stay(saga);
  if (choice === "keep_theirs") {
    const said = `${by} keeps what somebody else has put there.`;
    return { saga: { ...saga, endedAt: now, nextAt: null }, effects: [step("keep_theirs", said)] };
  }
  const outcome = saga.outcome ?? "cancelled";
  return {
    saga: { ...saga, state: outcome, outcome, putBack: true, failures: 0, nextAt: now },
    effects: [step("put_back", `${by} puts the original back.`), READ],
  };
}

/** What an event makes of an acceleration. */
export function move(saga: Saga, event: Event, now: Instant): Moved {
  switch (event.kind) {
    case "woken":
      return onWoken(saga, now);
    case "read":
      return onRead(saga, event.answer, now);
    case "written":
      if (saga.doing === null) return stay(saga);
      return saga.doing === "apply" ? onApplied(saga, event.answer, now) : onReverted(saga, event.answer, now);
    case "runs":
      return onRuns(saga, event, now);
    case "run_failed":
      return { saga, effects: [step("run_failed", event.detail, false)] };
    case "cancel":
      if (saga.state !== "requested" && saga.state !== "applied") return stay(saga);
      return turnBack(saga, "cancelled", { now, because: `${event.by} ended it.` });
    case "choose":
      return onChoice(saga, event, now);
  }
}
