import { z } from "zod";
import { count, moment, text } from "#lib/input/schema.ts";

const note = text(5_000).nullable().default(null);

export const acknowledgeInput = z
  .object({ note, expectedFixAt: moment.nullable().default(null), outage: z.boolean().default(false) })
  .meta({ id: "Acknowledge" });
export const snoozeInput = z.object({ until: moment }).meta({ id: "Snooze" });
export const resolveInput = z.object({ note, outage: z.boolean().default(false) }).meta({ id: "Resolve" });
export const noteInput = z.object({ text: text(5_000) }).meta({ id: "Note" });
export const assignInput = z.object({ userId: z.guid().nullable() }).meta({ id: "Assign" });

export type AcknowledgeInput = z.output<typeof acknowledgeInput>;
export type SnoozeInput = z.output<typeof snoozeInput>;
export type ResolveInput = z.output<typeof resolveInput>;
export type NoteInput = z.output<typeof noteInput>;
export type AssignInput = z.output<typeof assignInput>;

export const makeGoodInput = z
  .object({
    mode: z.enum(["once", "each", "excuse"]),
    max: count(1, 10_000).default(1_000),
    perMinute: count(1, 6_000).default(60),
    dryRun: z.boolean().default(false),
    reason: text(500).nullable().default(null),
  })
  .meta({ id: "MakeGood" });
export type MakeGoodInput = z.output<typeof makeGoodInput>;
