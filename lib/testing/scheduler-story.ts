/**
 * What the stories over real schedulers share: a connection is made and its one job taken into the registry, the engine
 * goes round by the real clock until something is there, and the job is accelerated. Only tests import it.
 */
import { beforeAll } from "vitest";
import { accelerateInput } from "#lib/accelerations/schema.ts";
import type { AccelerationShape } from "#lib/accelerations/shape.ts";
import { connectionInput } from "#lib/drivers/schema.ts";
import { discoverConnection, putConnection } from "#lib/drivers/service.ts";
import { accelerateDue } from "#lib/engine/accelerate.ts";
import { judgeDue } from "#lib/engine/judge-due.ts";
import { putSchedule } from "#lib/engine/put-schedule.ts";
import { readDrivers } from "#lib/engine/read-drivers.ts";
import { requestAcceleration } from "#lib/engine/request-acceleration.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { systemClock } from "#lib/time/clock.ts";
import { millis } from "#lib/time/instant.ts";
import { sleep } from "#lib/time/timers.ts";
import { viewAcceleration } from "#lib/views/accelerations.ts";
import { useDatabase } from "./database.ts";
import { type Cast, insertCast } from "./people.ts";
import { succeeded } from "./result.ts";

/** The longest that is waited for one thing: a minute of a scheduler, and what it takes to get there. */
const LONGEST = 130_000;

export function useSchedulerStory() {
  const db = useDatabase();
  const held: { people?: Cast } = {};
  beforeAll(async () => {
    Object.assign(db.clock, { now: systemClock().now });
    held.people = await insertCast(db.sql, db.clock.now());
  }, 60_000);
  /** A person of the cast, now. */
  const as = (name: keyof Cast) => {
    if (!held.people) throw new Error("they are there from beforeAll on");
    return { actor: held.people[name], now: db.clock.now() };
  };

  /** One round of what the engine's loops do. */
  async function round(): Promise<void> {
    const { pool, clock } = db;
    const { secret } = db.runtime.config;
    await readDrivers({ pool, clock, secret, onFailing: ({ sentence }) => Promise.reject(new Error(sentence)) });
    await judgeDue(pool, { now: clock.now(), atMost: 100 });
    await accelerateDue({ pool, clock, secret, sleep, processId: db.runtime.instanceId });
  }

  /** Goes round until it is there. */
  async function until<T>(found: () => Promise<T | undefined>): Promise<T> {
    const end = performance.now() + LONGEST;
    while (performance.now() < end) {
      await round();
      const value = await found();
      if (value !== undefined) return value;
      await sleep(millis(300));
    }
    throw new Error("it never came");
  }

  const incident = async () =>
    (
      await db.sql.query<{ state: string; cause: string; sentence: string }>(
        "SELECT state, cause, sentence FROM incident ORDER BY number",
      )
    )[0];

  return {
    ...{ db, as, round, until, incident },
    /** Until the one incident that there is stands so. */
    untilIncident: (state: string) =>
      until(async () => {
        const found = await incident();
        return found?.state === state ? found : undefined;
      }),
    /** Connects, and takes what discovering proposes into the registry; answers its slug. */
    async takes(connection: Readonly<Record<string, unknown>>, fields: Readonly<Record<string, unknown>>) {
      const input = connectionInput.parse(connection);
      succeeded(await putConnection(as("ada"), { name: "theirs", input, ifMatch: null }));
      const [proposal, ...others] = succeeded(await discoverConnection(as("ada"), { name: "theirs" })).items;
      if (!proposal || others.length > 0) throw new Error(`${proposal ? others.length + 1 : 0} jobs were proposed`);
      const { slug, name, spec, timezone, driver } = proposal;
      const schedule = scheduleInput.parse({ name, spec, timezone, driver, ...fields });
      succeeded(await putSchedule(as("ada"), { slug, input: schedule, ifMatch: null }));
      return slug;
    },
    /** Asks for it, and goes round until it has been applied; answers how to look at it. */
    async accelerates(slug: string, spec: Readonly<Record<string, unknown>>) {
      const asked = { spec, maxDurationSeconds: 600, reason: "to see the fix" };
      const input = accelerateInput.parse(asked);
      const { id } = succeeded(await requestAcceleration(as("otto"), { slug, input, ifMatch: null }));
      const see = async (): Promise<AccelerationShape> => succeeded(await viewAcceleration(as("otto"), { id }));
      const untilIt = (state: AccelerationShape["state"]) =>
        until(async () => {
          const seen = await see();
          return seen.state === state ? seen : undefined;
        });
      await untilIt("applied");
      return { see, untilIt };
    },
  };
}
