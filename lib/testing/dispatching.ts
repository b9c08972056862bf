/** The dispatcher of a test: fires and stores when it is told to, by the test's clock. */
import { randomUUID } from "node:crypto";
import { makeDispatcher } from "#lib/engine/dispatch.ts";
import { putSchedule } from "#lib/engine/put-schedule.ts";
import { judgeSubject, loadSubjects } from "#lib/engine/subjects.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { JudgedWindow } from "#lib/verdicts/verdict.ts";
import type { TestDatabase } from "./database.ts";
import { SYSTEM } from "./people.ts";
import { succeeded } from "./result.ts";

/** Every hour on the hour, fired by Rollcall; answers its slug and id. */
export async function givenFired(
  db: TestDatabase,
  target: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly slug: string; readonly id: string }> {
  const slug = `fired-${randomUUID().slice(0, 8)}`;
  const input = scheduleInput.parse({
    name: slug,
    spec: { kind: "cron", expression: "0 * * * *" },
    timezone: "UTC",
    graceSeconds: 600,
    driver: { kind: "rollcall", target: { allowPrivateNetwork: true, ...target } },
    ...fields,
  });
  succeeded(await putSchedule({ actor: SYSTEM, now: db.clock.now() }, { slug, input, ifMatch: null }));
  const [row] = await db.sql.query<{ id: string }>("SELECT id::text AS id FROM schedule WHERE slug = $1", [slug]);
  return { slug, id: row?.id ?? "" };
}

export interface Dispatching {
  /** Reads ahead at that moment. */
  prepareAt(moment: Instant): Promise<Instant | null>;
  /** At that moment: fires what is due, waits for every answer, and stores them. */
  at(moment: Instant): Promise<void>;
  /** Fires only, and lets the answers come. */
  fireAt(moment: Instant): Promise<Instant | null>;
  /** Waits for what is under way, and stores it. */
  settle(): Promise<void>;
}

/** An engine that has been there since the clock's present moment; a second one is another engine. */
export function givenDispatcher(db: TestDatabase): Dispatching {
  const dispatcher = makeDispatcher({
    ...{ pool: db.pool, clock: db.clock, secret: db.runtime.config.secret, chance: () => 0, onAnswer: () => {} },
    // Whatever is read ahead in a test is a crowd.
    crowd: 1,
    onTrouble: (thrown) => {
      throw thrown;
    },
  });
  const settle = () => dispatcher.drain(new Promise((over) => setTimeout(over, 10_000)));
  const fireAt = (moment: Instant) => {
    db.clock.at = moment;
    return dispatcher.fire();
  };
  return {
    settle,
    fireAt,
    prepareAt(moment) {
      db.clock.at = moment;
      return dispatcher.prepare();
    },
    async at(moment) {
      await fireAt(moment);
      await settle();
    },
  };
}

/** The windows of a schedule as they are judged now. */
export async function windowsNow(db: TestDatabase, id: string): Promise<readonly JudgedWindow[]> {
  const now = db.clock.now();
  const subject = (await loadSubjects(db.sql, [id], { now, from: instant(0) })).get(id);
  return subject ? judgeSubject({ ...subject, from: subject.facts.history.createdAt }, now).windows : [];
}
