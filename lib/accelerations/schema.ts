/** What an acceleration may be told from outside (api.md). */
import { z } from "zod";
import { count, text, wholeSeconds } from "#lib/input/schema.ts";
import { spec } from "#lib/schedules/schema.ts";
import { CHOICES } from "./saga.ts";

const DAY = 86_400;

export const accelerateInput = z
  .object({
    spec,
    maxDurationSeconds: wholeSeconds(1, DAY),
    confirmedRunsWanted: count(1, 1_000).default(1),
    maxRuns: count(1, 100_000).nullable().default(null),
    reason: text(500),
    overrideReason: text(500).nullable().default(null),
  })
  .refine(({ confirmedRunsWanted, maxRuns }) => maxRuns === null || maxRuns >= confirmedRunsWanted, {
    path: ["maxRuns"],
    message: "must not be less than confirmedRunsWanted",
  })
  .meta({ id: "Accelerate", description: "A time limit is required, 24 h at most." });
export type AccelerateInput = z.output<typeof accelerateInput>;

export const revertInput = z
  .object({ drift: z.enum(CHOICES).nullable().default(null) })
  .meta({ id: "Revert", description: "`drift` where somebody else changed the schedule: what a person chooses." });
export type RevertInput = z.output<typeof revertInput>;
