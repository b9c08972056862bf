/**
 * Stores what the machine makes of events, in the caller's transaction with the acceleration locked: its state, its
 * steps, its messages, the incident of a revert that fails, and what is expected from now on. What reaches out is left to
 * the caller, and answered.
 */
import { move } from "#lib/accelerations/machine.ts";
import { tellAcceleration } from "#lib/accelerations/outbox-store.ts";
import type { Effect, Event, Saga, State } from "#lib/accelerations/saga.ts";
import { type Acceleration, type StepRow, writeSaga, writeSteps } from "#lib/accelerations/store.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Sql } from "#lib/db/sql.ts";
import { type Topic, tellRegistry, tellStale } from "#lib/db/tell.ts";
import { openRevertFailing, resolveRevertFailing } from "#lib/incidents/revert-store.ts";
import { earliest, type Instant, instant } from "#lib/time/instant.ts";
import { setDispatchClock } from "./dispatch-clock.ts";
import { judgeNow } from "./judge-now.ts";

export type Outward = Extract<Effect, { readonly kind: "read" | "write" }>;

/** What has to be done by hand, word for word as the scheduler takes it. */
export const byHand = ({ original }: Pick<Saga, "original">): string => `put back: \`${original?.native ?? "?"}\``;

/** Told to the audit log, as done by Rollcall. */
const AUDITED: ReadonlySet<State> = new Set(["applied", "reverted", "drifted"]);

/** Judges what other windows mean, and lets the dispatcher look. */
async function expectAnew(sql: Sql, one: Acceleration, after: Saga, now: Instant): Promise<void> {
  await setDispatchClock(sql, one.scheduleId, now);
  // Late by a dead engine, its windows were expected on: what was judged since then is judged anew.
  const from = after.revertBeganAt === null ? now : earliest(now, one.expiresAt);
  await judgeNow(sql, [one.scheduleId], { now, from: instant(from - 1) });
  await tellRegistry(sql, one.scheduleId);
}

/** @returns what is to be carried out now, outside the transaction; `null`: nothing */
export async function storeMoved(
  sql: Sql,
  { before, events }: { readonly before: Acceleration; readonly events: readonly Event[] },
  now: Instant,
): Promise<Outward | null> {
  let saga: Saga = before;
  const effects: Effect[] = [];
  for (const event of events) {
    const moved = move(saga, event, now);
    saga = moved.saga;
    effects.push(...moved.effects);
  }
  const { id, schedule, scheduleId } = before;
  await writeSaga(sql, id, saga);
  const steps: StepRow[] = [];
  const told: State[] = [];
  let expect = false;
  let outward: Outward | null = null;
  for (const effect of effects) {
    switch (effect.kind) {
      case "read":
      case "write":
        outward = effect;
        break;
      case "step":
        steps.push({ at: now, step: effect.step, ok: effect.ok, detail: effect.detail });
        break;
      case "tell":
        told.push(effect.what);
        break;
      case "expect":
        expect = true;
        break;
      case "alarm": {
        const sentence = `${schedule} could not be put back to its original schedule; Rollcall goes on trying. By hand, ${byHand(saga)}`;
        const failing = { acceleration: id, scheduleId, route: before.route, sentence, diagnosis: effect.problem };
        await openRevertFailing(sql, failing, now);
        break;
      }
      case "calm":
        await resolveRevertFailing(sql, { acceleration: id, because: effect.because }, now);
        break;
    }
  }
  await writeSteps(sql, id, steps);
  if (expect) await expectAnew(sql, before, saga, now);
  await tellAcceleration(sql, { id, what: told }, now);
  const ctx = { actor: { kind: "system", name: "Rollcall" } as const, now };
  for (const what of told.filter((one) => AUDITED.has(one))) {
    const audited = { action: `acceleration.${what}`, subjectKind: "schedule", subjectId: schedule };
    await writeAudit(sql, ctx, { ...audited, detail: { acceleration: id } });
  }
  const counted = saga.runsSeen !== before.runsSeen || saga.runsConfirmed !== before.runsConfirmed;
  if (steps.length > 0 || counted) await tellStale(sql, ["accelerations", `schedules/${schedule}`] satisfies Topic[]);
  return outward;
}
