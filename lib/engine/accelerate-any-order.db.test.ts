/**
 * The saga as it is stored and leased, under chance: two engines at once, that die between any two steps, a scheduler that
 * refuses, is deaf or mute, people who edit, cancel and choose. The machine alone is tried in many more orders by
 * `lib/accelerations/machine.model.test.ts`.
 */
import fc from "fast-check";
import { beforeAll, describe, it } from "vitest";
import "#lib/testing/seed.ts";
import { accelerateInput, revertInput } from "#lib/accelerations/schema.ts";
import { accelerationById } from "#lib/accelerations/store.ts";
import type { Answer, Held, Lever } from "#lib/drivers/driver.ts";
import { slugsOf } from "#lib/schedules/store.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { givenSchedule } from "#lib/testing/schedules.ts";
import { instant, SECOND } from "#lib/time/instant.ts";
import { sleep } from "#lib/time/timers.ts";
import { accelerateDue } from "./accelerate.ts";
import { requestAcceleration, revertAcceleration } from "./request-acceleration.ts";

const database = useDatabase();
let people: Cast;
beforeAll(async () => {
  people = await insertCast(database.sql, database.clock.now());
});

const held = (native: string): Held => ({
  ...{ spec: { kind: "cron", expression: native, dialect: "vixie" }, timezone: "UTC", native, enabled: true },
});
const ORIGINAL = "0 2 * * *";
type Fault = "none" | "silent" | "mute" | "refused";

/** Somebody else's scheduler. */
class Scheduler {
  holds = held(ORIGINAL);
  fault: Fault = "none";
  edited = false;
  readonly lever: Lever = {
    read: async () => (this.fault === "silent" ? this.silent : { ok: true, value: this.holds }),
    apply: async ({ put, instead }) => {
      if (this.fault === "silent") return this.silent;
      if (this.fault === "refused") return { ok: false, problem: { kind: "refused", sentence: "It would not." } };
      if (this.holds.native !== instead.native) {
        return { ok: false, problem: { kind: "changed", sentence: "It has changed.", holds: this.holds } };
      }
      this.holds = "native" in put ? put : held(put.spec.kind === "cron" ? put.spec.expression : "?");
      return this.fault === "mute" ? this.silent : { ok: true, value: this.holds };
    },
  };
  private readonly silent: Answer<never> = { ok: false, problem: { kind: "unreachable", sentence: "Nobody answers." } };
}

const ENGINES = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"] as const;
const ctx = () => ({ actor: people.ada, now: database.clock.now() });

/** @param dies after so many steps; 0: it lives */
async function turn(scheduler: Scheduler, processId: string, dies = 0): Promise<void> {
  let left = dies;
  const at = (): void => {
    if (--left === 0) throw new Error("killed");
  };
  await accelerateDue({
    ...{ pool: database.pool, clock: database.clock, secret: database.runtime.config.secret, sleep, processId, at },
    leverOf: async () => ({ ok: true, value: scheduler.lever }),
  }).catch((thrown: unknown) => {
    if (!(thrown instanceof Error && thrown.message === "killed")) throw thrown;
  });
}

type Act =
  | { readonly kind: "both" }
  | { readonly kind: "dies"; readonly engine: 0 | 1; readonly after: number }
  | { readonly kind: "later"; readonly seconds: number }
  | { readonly kind: "fault"; readonly fault: Fault }
  | { readonly kind: "edit"; readonly native: string }
  | { readonly kind: "revert"; readonly drift: "put_back" | "keep_theirs" | null };

const fault = fc.constantFrom<Fault>("none", "none", "silent", "mute", "refused");
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Act>({ kind: "both" }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("dies" as const), engine: fc.constantFrom(0 as const, 1 as const), after: fc.integer({ min: 1, max: 7 }) }) }, // biome-ignore format: one line
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("later" as const), seconds: fc.constantFrom(1, 5, 16, 60, 3_600) }) }, // biome-ignore format: one line
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("fault" as const), fault }) }, // biome-ignore format: one line
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("edit" as const), native: fc.constantFrom("15 4 * * *", "30 5 * * *") }) }, // biome-ignore format: one line
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("revert" as const), drift: fc.constantFrom("put_back" as const, "keep_theirs" as const, null) }) }, // biome-ignore format: one line
);

const later = (seconds: number): void => {
  database.clock.at = instant(database.clock.at + seconds * SECOND);
};

async function does(what: Act, scheduler: Scheduler, id: string): Promise<void> {
  switch (what.kind) {
    case "both":
      await Promise.all(ENGINES.map((processId) => turn(scheduler, processId)));
      return;
    case "dies":
      await turn(scheduler, ENGINES[what.engine], what.after);
      return;
    case "later":
      later(what.seconds);
      return;
    case "fault":
      scheduler.fault = what.fault;
      return;
    case "edit":
      scheduler.holds = held(what.native);
      scheduler.edited = true;
      return;
    case "revert":
      await revertAcceleration(ctx(), { id, input: revertInput.parse({ drift: what.drift }), ifMatch: null });
  }
}

describe("the saga, stored", () => {
  it("comes back to the original, or somebody has to choose, in whatever order things happen", async () => {
    await fc.assert(
      fc.asyncProperty(fault, fc.array(act, { minLength: 4, maxLength: 14 }), async (first, acts) => {
        const scheduler = new Scheduler();
        scheduler.fault = first;
        const driver = { kind: "rollcall", target: { url: "https://app.example.com/run" } };
        const spec = { kind: "cron", expression: ORIGINAL };
        const scheduleId = await givenSchedule(database.clock.now(), { spec, driver });
        const [slug = ""] = await slugsOf(database.sql, [scheduleId]);
        const faster = { spec: { kind: "cron", expression: "* * * * *" }, maxDurationSeconds: 1_800, reason: "a test" };
        const { id } = succeeded(
          await requestAcceleration(ctx(), { slug, input: accelerateInput.parse(faster), ifMatch: null }),
        );
        for (const what of acts) await does(what, scheduler, id);
        scheduler.fault = "none";
        for (let n = 0; n < 30; n++) {
          await turn(scheduler, ENGINES[n % 2 === 0 ? 0 : 1]);
          const one = await accelerationById(database.sql, id);
          if (!one || one.endedAt !== null || one.state === "drifted") break;
          later(121);
        }
        const one = await accelerationById(database.sql, id);
        if (!one) throw new Error("it is gone");
        const native = scheduler.holds.native;
        const told = `${one.state}, holds ${native}, original ${one.original?.native}`;
        if (one.state === "drifted" ? !scheduler.edited : one.state !== "reverted") throw new Error(told);
        const theirs = scheduler.edited && native !== "* * * * *";
        if (one.state === "reverted" && native !== (one.original?.native ?? ORIGINAL) && !theirs) throw new Error(told);
        const [open] = await database.sql.query<{ n: number }>(
          "SELECT count(*)::int AS n FROM incident WHERE kind = 'revert_failing' AND subject = $1 AND state <> 'resolved'",
          [id],
        );
        if (open?.n !== 0) throw new Error(`its incident is open: ${told}`);
        // Nothing of this one is taken up in the next.
        await database.sql.query("UPDATE acceleration SET next_at = NULL WHERE id = $1::uuid", [id]);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
