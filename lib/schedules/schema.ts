/** What a schedule may be told from outside (api.md, Shapes); whether a spec can be expected is `checkSpec`'s to say. */
import { z } from "zod";
import { count, distinct, line, moment, slug, text, webUrl, wholeSeconds } from "#lib/input/schema.ts";
import type { Instant } from "#lib/time/instant.ts";
import { zoneNamed } from "#lib/time/zone.ts";
import { DIALECT_IDS, type Spec } from "./spec.ts";

const DAY = 86_400;

export const timezone = z.string().transform((name, context): string => {
  const zone = zoneNamed(name);
  if (zone !== null) return zone;
  context.addIssue({ code: "custom", message: "must be an IANA time zone such as Europe/Berlin" });
  return z.NEVER;
});

const everySeconds = wholeSeconds(1, 366 * DAY);

export const spec = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("cron"),
      expression: text(1_024),
      dialect: z.enum(DIALECT_IDS).default("rollcall"),
    }),
    z.object({ kind: z.literal("interval"), everySeconds, anchor: moment.optional() }),
    z.object({ kind: z.literal("rolling"), everySeconds }),
    z.object({ kind: z.literal("at"), at: moment }),
  ])
  .meta({ id: "Spec", description: "When it ought to run." });
export type GivenSpec = z.output<typeof spec>;

/** The spec with its default anchor: creation (domain.md, Schedule). */
export const withAnchor = (given: GivenSpec, createdAt: Instant): Spec =>
  given.kind === "interval" ? { ...given, anchor: given.anchor ?? createdAt } : given;

const headerName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, { message: "must be a header's name" });
const headerValue = text(8_000, { min: 0 }).refine((value) => !/[\r\n]/.test(value), {
  message: "must be one line",
});

/** A secret as it was read: it stays. */
const keptValue = z.object({ set: z.literal(true), length: z.int().optional() });

const target = z.object({
  url: webUrl,
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]).default("POST"),
  headers: z
    .record(headerName, z.union([headerValue, keptValue]))
    .refine((headers) => Object.keys(headers).length <= 50, { message: "must have 50 entries at most" })
    .default({}),
  body: text(100_000, { min: 0 }).default(""),
  contract: line(50).default("rollcall"),
  timeoutSeconds: count(1, 900).default(30),
  successCodes: z
    .string()
    .regex(/^[1-5]\d\d(-[1-5]\d\d)?(,[1-5]\d\d(-[1-5]\d\d)?){0,20}$/, { message: "must be such as 200-299,304" })
    .default("200-299"),
  retries: count(0, 10).default(0),
  overlap: z.enum(["allow", "skip", "wait"]).default("allow"),
  catchUp: z.enum(["run", "skip"]).default("skip"),
  runs: z.enum(["answer", "check-in"]).default("answer"),
  allowPrivateNetwork: z.boolean().default(false),
});

export const CONNECTED_DRIVERS = ["pg-cron", "bullmq", "crontab", "kubernetes", "sql", "webhook"] as const;
export type ConnectedKind = (typeof CONNECTED_DRIVERS)[number];

export const driver = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("external") }),
    z.object({ kind: z.literal("rollcall"), target }),
    z.object({ kind: z.enum(CONNECTED_DRIVERS), connection: slug, ref: text(500) }),
  ])
  .meta({ id: "Driver", description: "Who fires it; with `external` Rollcall only watches." });
/** As it is sent: a header's secret may be told as it was read. */
export type GivenDriver = z.output<typeof driver>;
type Target = Extract<GivenDriver, { kind: "rollcall" }>["target"];
/** With its secrets in their places; how it is stored: `driver-secrets.ts`. */
export type Driver =
  | Exclude<GivenDriver, { kind: "rollcall" }>
  | {
      readonly kind: "rollcall";
      readonly target: Omit<Target, "headers"> & { readonly headers: Record<string, string> };
    };

const ALSO_BAD = ["late", "double_fire"] as const;
/** What a schedule may add to the bad verdicts (domain.md, Incident). */
export type AlsoBad = (typeof ALSO_BAD)[number];
export const graceSeconds = wholeSeconds(0, 31 * DAY);
export const earlySeconds = wholeSeconds(0, DAY).nullable().default(null);
export const maxRuntimeSeconds = wholeSeconds(1, 7 * DAY)
  .nullable()
  .default(null);
export const missThreshold = count(1, 100).default(1);
export const recoverThreshold = count(1, 100).default(1);
export const alsoBad = distinct(z.enum(ALSO_BAD), 2).default([]);

/** Everything of a schedule that a person writes; also what a version keeps of it. */
export const FIELDS = {
  name: line(200),
  spec,
  timezone,
  graceSeconds,
  earlySeconds,
  maxRuntimeSeconds,
  missThreshold,
  recoverThreshold,
  alsoBad,
  environment: line(100).default("production"),
  tags: distinct(line(50), 20).default([]),
  owner: line(200).nullable().default(null),
  driver: driver.default({ kind: "external" }),
  route: slug.nullable().default(null),
  path: line(2_000).nullable().default(null),
  description: text(10_000, { min: 0 }).nullable().default(null),
} as const;

export const FIELD_NAMES: ReadonlySet<string> = new Set(Object.keys(FIELDS));

export const scheduleInput = z
  .object({ ...FIELDS, reason: text(500).nullable().default(null) })
  .meta({ id: "ScheduleInput", description: "A schedule as it is written; `reason` says why, in its history." });
export type ScheduleInput = z.output<typeof scheduleInput>;
/** The fields as they are compared and kept: without the reason of this one edit. */
export type ScheduleFields = Omit<ScheduleInput, "reason" | "spec" | "driver"> & {
  readonly spec: Spec;
  readonly driver: Driver;
};

export const pauseInput = z
  .object({ until: moment.nullable().default(null), resumeOnCheckIn: z.boolean().default(false) })
  .meta({ id: "Pause" });
export type PauseInput = z.output<typeof pauseInput>;

export const rotateInput = z.object({ graceSeconds: wholeSeconds(0, 31 * DAY).prefault(DAY) }).meta({ id: "Rotate" });
