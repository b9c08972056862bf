import { z } from "zod";
import { count, distinct, moment, text } from "#lib/input/schema.ts";

const note = text(5_000).nullable().default(null);

export const acknowledgeInput = z
  .object({ note, expectedFixAt: moment.nullable().default(null), outage: z.boolean().default(false) })
  .meta({ id: "Acknowledge" });
export const snoozeInput = z.object({ until: moment }).meta({ id: "Snooze" });
export const resolveInput = z.object({ note, outage: z.boolean().default(false) }).meta({ id: "Resolve" });
export const noteInput = z.object({ text: text(5_000) }).meta({ id: "Note" });
export const assignInput = z.object({ userId: z.guid().nullable() }).meta({ id: "Assign" });

/** Taking an act back is an act of its own, which may say why. */
export const takeBackInput = z.object({ note }).meta({ id: "TakeBack" });

export const INCIDENT_SORTS = ["opened", "since", "oldest"] as const;
/** `opened` and `since`: the newest by that moment first; `oldest`: what began first, first. */
export type IncidentSort = (typeof INCIDENT_SORTS)[number];

/** The same act for several incidents. */
export const bulkInput = z
  .object({
    ids: distinct(z.guid(), 500).min(1, { message: "must name one at least" }),
    act: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("acknowledge"), note, expectedFixAt: moment.nullable().default(null) }),
      z.object({ kind: z.literal("unacknowledge"), note }),
      z.object({ kind: z.literal("snooze"), until: moment }),
      z.object({ kind: z.literal("unsnooze"), note }),
      z.object({ kind: z.literal("assign"), userId: z.guid().nullable() }),
      z.object({ kind: z.literal("notes"), text: text(5_000) }),
      z.object({ kind: z.literal("resolve"), note }),
    ]),
  })
  .meta({ id: "BulkAct" });

export type TakeBackInput = z.output<typeof takeBackInput>;
export type BulkInput = z.output<typeof bulkInput>;
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
    /** An admin's: why windows are run though the matrix of the route is not green. */
    overrideReason: text(500).nullable().default(null),
  })
  .meta({ id: "MakeGood" });
export type MakeGoodInput = z.output<typeof makeGoodInput>;
