import { describe, expect, it } from "vitest";
import type { Acceleration, AccelerationStep } from "#components/api/accelerations.ts";
import { countdown, inWords, isUnderWay, stagesOf, standingOf } from "./stages.ts";

const step = (name: string, ok = true, detail = `${name}.`): AccelerationStep => ({
  at: `at ${name}`,
  step: name,
  ok,
  detail,
});

const one = (more: Partial<Acceleration>): Acceleration => ({
  ...{ id: "a", schedule: "nightly", state: "applied", outcome: null, standIn: false },
  originalSpec: { kind: "cron", expression: "0 2 * * *", dialect: "rollcall" },
  temporarySpec: { kind: "interval", everySeconds: 10, anchor: "" },
  ...{
    timezone: "UTC",
    driver: "rollcall",
    requestedAt: "",
    version: 1,
    maxRuns: null,
    appliedAt: null,
    confirmedAt: null,
  },
  ...{ revertBeganAt: null, endedAt: null, originalNative: null, theirsNative: null, failures: 0, nextTryAt: null },
  ...{ requestedBy: "Otto", reason: "to see", overrideReason: null, expiresAt: "", confirmedRunsWanted: 1 },
  ...{ runsSeen: 0, runsConfirmed: 0, steps: [step("requested"), step("original_stored"), step("applied")] },
  ...more,
});

const told = (of: Acceleration) => stagesOf(of).map(({ name, state }) => `${name} ${state}`);

describe("how far an acceleration has come", () => {
  it("goes from requested to reverted", () => {
    const requested = one({ state: "requested", steps: [step("requested")] });
    expect(told(requested)).toEqual(["Requested done", "Applied now", "Confirmed ahead", "Reverted ahead"]);
    expect(told(one({}))).toEqual(["Requested done", "Applied done", "Confirmed now", "Reverted ahead"]);
    expect(stagesOf(one({ runsSeen: 2 }))[2]?.words).toBe("2 runs so far, 0 of 1 confirmed.");
    const steps = [...one({}).steps, step("confirmed")];
    const confirmed = one({ state: "confirmed", outcome: "confirmed", steps });
    expect(told(confirmed)).toEqual(["Requested done", "Applied done", "Confirmed done", "Reverted now"]);
    const over = one({
      endedAt: "then",
      state: "reverted",
      outcome: "confirmed",
      steps: [...steps, step("reverting"), step("reverted")],
    });
    expect(told(over)).toEqual(["Requested done", "Applied done", "Confirmed done", "Reverted done"]);
    expect([requested, one({}), confirmed, over].map(isUnderWay)).toEqual([true, true, true, false]);
    expect([requested, one({}), confirmed, over].map(inWords)).toEqual([
      "being applied",
      "running",
      "putting the original back",
      "confirmed",
    ]);
  });

  it("tells of a revert that fails, until it succeeds", () => {
    const steps = [...one({}).steps, step("expired"), step("reverting"), step("revert_failed", false, "Try 1.")];
    const failing = one({ state: "expired", outcome: "expired", failures: 1, steps });
    expect(standingOf(failing)).toBe("revert_failing");
    expect(told(failing)).toEqual(["Requested done", "Applied done", "Expired bad", "Reverted bad"]);
    expect(isUnderWay(failing)).toBe(true);
    expect(standingOf({ endedAt: "then", state: "reverted", failures: 0 })).toBe("ended");
  });

  it("waits for a person where somebody else changed it, until one keeps theirs", () => {
    const steps = [...one({}).steps, step("drifted", false)];
    const drifted = one({ state: "drifted", steps });
    expect(standingOf(drifted)).toBe("drifted");
    const kept = one({ state: "drifted", endedAt: "then", steps: [...steps, step("keep_theirs")] });
    expect(standingOf(kept)).toBe("kept");
    expect(isUnderWay(kept)).toBe(false);
    expect(told(kept).at(-1)).toBe("Drifted done");
  });

  it("says what failed before anything was touched", () => {
    const steps = [step("requested"), step("failed", false, "It refused."), step("reverted")];
    const failed = one({ endedAt: "then", state: "reverted", outcome: "failed", steps });
    expect(told(failed)).toEqual(["Requested done", "Applied bad", "Failed bad", "Reverted done"]);
    expect(stagesOf(failed)[2]?.words).toBe("It refused.");
  });

  it("counts down to the second, and not below nothing", () => {
    expect([0, 1, 59_001, 249_000, 3_723_000].map((left) => countdown(left, 0))).toEqual(["0:00", "0:01", "1:00", "4:09", "1:02:03"]); // biome-ignore format: one line
    expect(countdown(0, 5_000)).toBe("0:00");
  });
});
