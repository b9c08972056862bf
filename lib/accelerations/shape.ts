/** An acceleration as it leaves Rollcall (api.md, Shapes). */
import type { Held } from "#lib/drivers/driver.ts";
import { storedSpec } from "#lib/schedules/stored-spec.ts";
import { type Instant, toRfc3339 } from "#lib/time/instant.ts";
import type { Acceleration, StepRow } from "./store.ts";

const time = (at: Instant | null): string | null => (at === null ? null : toRfc3339(at));

const native = (held: Held | null): string | null => held?.native ?? null;

export const accelerationShape = (one: Acceleration, steps: readonly StepRow[]) => ({
  id: one.id,
  schedule: one.schedule,
  state: one.state,
  outcome: one.outcome,
  standIn: one.standIn,
  originalSpec: storedSpec(one.originalSpec),
  temporarySpec: storedSpec(one.temporarySpec),
  timezone: one.timezone,
  driver: one.driver.kind,
  requestedAt: toRfc3339(one.requestedAt),
  requestedBy: one.requestedBy,
  reason: one.reason,
  overrideReason: one.overrideReason,
  expiresAt: toRfc3339(one.expiresAt),
  confirmedRunsWanted: one.confirmedRunsWanted,
  maxRuns: one.maxRuns,
  runsSeen: one.runsSeen,
  runsConfirmed: one.runsConfirmed,
  appliedAt: time(one.appliedAt),
  confirmedAt: time(one.confirmedAt),
  revertBeganAt: time(one.revertBeganAt),
  endedAt: time(one.endedAt),
  // Word for word as the scheduler has it: what is put back by hand, and what somebody else has put there.
  originalNative: native(one.original),
  theirsNative: native(one.theirs),
  failures: one.failures,
  nextTryAt: one.endedAt === null && one.failures > 0 ? time(one.nextAt) : null,
  version: one.version,
  steps: steps.map(({ at, step, ok, detail }) => ({ at: toRfc3339(at), step, ok, detail })),
});
export type AccelerationShape = ReturnType<typeof accelerationShape>;
