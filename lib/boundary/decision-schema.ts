/** What a gate, a drain or a dispatcher may report (api.md, Decision). What looks like a secret in it is taken out. */
import { z } from "zod";
import { line, moment, slug, storable } from "#lib/input/schema.ts";
import { DAY, type Instant, MINUTE } from "#lib/time/instant.ts";
import { type ReportedDecision, SOURCES, VIAS } from "./decision.ts";
import { presentedOf, withoutSecrets } from "./presented.ts";

/** As check-ins: up to 7 days old, at most 5 min ahead (api.md, Check-ins). */
const OLDEST = 7 * DAY;
const AHEAD = 5 * MINUTE;
const MOST_DECISIONS = 1_000;

const code = z.string().regex(/^[a-z][a-z0-9_-]{0,49}$/, { message: "must be a code such as wrong_secret" });
const words = (most: number) =>
  z
    .string()
    .max(most * 4)
    .refine(storable, { message: "must be text" })
    .transform((value) => withoutSecrets(value.replace(/\p{Cc}/gu, " ").trim()).slice(0, most) || null);
const maybe = <T extends z.ZodType>(schema: T) => schema.nullable().default(null);
/** Of a path the query is not kept: it is where secrets are put that belong in a header. */
const path = z
  .string()
  .max(8_000)
  .refine(storable, { message: "must be text" })
  .transform((value) => value.split(/[?#]/, 1)[0]?.slice(0, 2_000) || null);

/**
 * What stands in the request that was decided on: whoever sent it could write anything there, and one line of a stranger's
 * must not cost the report of a whole second. What does not fit is left out. So is a platform's own name of its schedule
 * (`scd_…` of QStash, a job's name of Google's) where it is no slug, and so names none here.
 */
const handedOn = <T extends z.ZodType>(schema: T) => maybe(schema).catch(null);

const one = z
  .object({
    id: z.guid({ message: "must be a UUID" }),
    at: moment.optional(),
    route: slug,
    method: handedOn(z.string().regex(/^[A-Za-z-]{1,20}$/, { message: "must be a method" })),
    path: maybe(path),
    outcome: z.enum(["admitted", "rejected"]),
    reason: code.optional(),
    detail: maybe(words(500)),
    via: maybe(z.enum(VIAS)),
    contractExpected: maybe(code),
    contractResembled: maybe(code),
    diagnosis: maybe(words(1_000)),
    schedule: handedOn(slug),
    window: handedOn(moment),
    expression: handedOn(line(1_000)),
    executionId: handedOn(line(300)),
    presented: z.unknown().optional().transform(presentedOf),
    source: z.enum(SOURCES).default("gate"),
  })
  .refine((given) => given.outcome === "admitted" || given.reason !== undefined, {
    path: ["reason"],
    message: "must say why it was rejected",
  })
  .meta({ id: "DecisionReport", description: "What a gate saw; `presented` keeps names, forms and lengths only." });
type Given = z.output<typeof one>;

const many = z.object({
  items: z
    .array(one)
    .min(1, { message: "must hold one at least" })
    .max(MOST_DECISIONS, { message: `must have ${MOST_DECISIONS} entries at most` }),
});

// Not a union of both: that would say of a wrong field only that neither fits.
export const decisionReport = z
  .unknown()
  .transform((value, context): z.output<typeof many> | Given => {
    const read =
      typeof value === "object" && value !== null && "items" in value ? many.safeParse(value) : one.safeParse(value);
    if (read.success) return read.data;
    for (const { path: where, message } of read.error.issues)
      context.addIssue({ code: "custom", path: where, message });
    return z.NEVER;
  })
  .meta({ id: "DecisionReports", type: "object", description: "One decision, or up to 1,000 of them in `items`." });
export type DecisionReport = z.output<typeof decisionReport>;

export interface TooFar {
  readonly path: string;
  readonly message: string;
}

/** The decisions of a report with what was left out, and those whose moment is too far from now. */
export function reportedOf(
  report: DecisionReport,
  now: Instant,
): { readonly reported: readonly ReportedDecision[]; readonly errors: readonly TooFar[] } {
  const items: readonly Given[] = "items" in report ? report.items : [report];
  const errors: TooFar[] = [];
  const reported = items.map((given, index): ReportedDecision => {
    const at = given.at ?? now;
    if (at < now - OLDEST || at > now + AHEAD) {
      const prefix = "items" in report ? `items.${index}.` : "";
      errors.push({ path: `${prefix}at`, message: "must be of the last 7 days, and at most 5 min ahead" });
    }
    return { ...given, at, reason: given.reason ?? (given.via === "manual" ? "admitted_manual" : "admitted") };
  });
  return { reported, errors };
}
