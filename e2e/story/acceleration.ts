/** An acceleration of the story's last night: billing-usage, every five minutes, until its first good run. */
import type pg from "pg";
import { insertAcceleration, lockAcceleration, writeSaga, writeSteps } from "#lib/accelerations/store.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import type { Held } from "#lib/drivers/driver.ts";
import { scheduleBySlug } from "#lib/schedules/store.ts";
import { instant, seconds } from "#lib/time/instant.ts";
import type { StoryEvent } from "./clock.ts";
import { MINUTE, type Said, STORY_NOW } from "./jobs.ts";

const ID = "019bad3c-8a00-7000-8000-00000000acce";
export const ACCELERATED = "billing-usage";

const ASKED = STORY_NOW - 33 * MINUTE;
const APPLIED = ASKED + 1_200;
/** Its times: 04:20 and 04:25. The first run fails, the second confirms it. */
const TRIED = STORY_NOW - 29 * MINUTE;
const GOOD = STORY_NOW - 24 * MINUTE;
const CONFIRMED = GOOD + 2 * MINUTE + 31_000;
const REVERTED = CONFIRMED + 900;

/** What the job said of the temporary times. */
export const saidMeanwhile = (): readonly Said[] => [
  { at: TRIED + 2_000, kind: "start" },
  { at: TRIED + 41_000, kind: "fail", exitStatus: 1, body: "usage_meter: column plan_id is missing\n" },
  { at: GOOD + 2_000, kind: "start" },
  { at: CONFIRMED - 300, kind: "success", exitStatus: 0 },
];

const held = (expression: string): Held => ({
  ...{ spec: { kind: "cron", expression, dialect: "rollcall" }, timezone: "America/New_York" },
  ...{ native: expression, enabled: true },
});

/** Stored at its end as the engine leaves it; nobody looks at the story before. */
export const accelerationDoings = (pool: pg.Pool): readonly StoryEvent[] => [
  {
    at: APPLIED,
    happen: async () => {
      const row = await scheduleBySlug(sqlOf(pool), ACCELERATED);
      if (!row) throw new Error(`${ACCELERATED} is not there`);
      const [original, temporary] = [held("0 3 * * *"), held("*/5 * * * *")];
      await inSqlTransaction(pool, async (tx) => {
        await insertAcceleration(tx, {
          ...{ id: ID, scheduleId: row.id, standIn: true, driver: { kind: "external" } },
          ...{ originalSpec: original.spec, temporarySpec: temporary.spec, timezone: "America/New_York" },
          ...{ halfGapSeconds: seconds(150), requestedAt: instant(ASKED), requestedBy: "Otto Ops" },
          ...{ reason: "See whether the new column is found", overrideReason: null },
          ...{ expiresAt: instant(ASKED + 30 * MINUTE), confirmedRunsWanted: 1, maxRuns: 6 },
        });
        const made = await lockAcceleration(tx, ID);
        if (!made) throw new Error("the acceleration of the story is not there");
        await writeSaga(tx, ID, {
          ...made,
          ...{ state: "reverted", outcome: "confirmed", runsSeen: 2, runsConfirmed: 1, original, temporary },
          ...{ appliedAt: instant(APPLIED), confirmedAt: instant(CONFIRMED), revertBeganAt: instant(CONFIRMED) },
          ...{ endedAt: instant(REVERTED), nextAt: null },
        });
        const step = (at: number, name: string, detail: string) => ({ at: instant(at), step: name, ok: true, detail });
        await writeSteps(tx, ID, [
          step(ASKED, "requested", "Otto Ops: See whether the new column is found"),
          step(ASKED + 400, "original_stored", "`0 3 * * *`."),
          step(ASKED + 500, "applying", "Instead of `0 3 * * *`."),
          step(APPLIED, "applied", "The temporary spec was read back: `*/5 * * * *`."),
          step(CONFIRMED, "confirmed", "A run succeeded."),
          step(CONFIRMED + 200, "reverting", "`0 3 * * *` instead of `*/5 * * * *`."),
          step(REVERTED, "reverted", "The original was read back: `0 3 * * *`."),
        ]);
      });
    },
  },
];
