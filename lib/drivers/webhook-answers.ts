/** What a user's endpoint answers (docs/drivers.md, Webhook), read with care. Pure. */
import { z } from "zod";
import { moment } from "#lib/input/schema.ts";
import { spec, timezone, withAnchor } from "#lib/schedules/schema.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { FiredThere, Held, Proposal, RanThere } from "./driver.ts";

/** Reads a body; `null`: it is none of this kind. */
export type Asks<T> = (body: string) => T | null;

const read =
  <T>(schema: z.ZodType<T>): Asks<T> =>
  (body) => {
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      return null;
    }
    const parsed = schema.safeParse(value);
    return parsed.success ? parsed.data : null;
  };

const native = z.string().min(1).max(2_000);

const held = z
  .object({ spec, timezone, native, enabled: z.boolean().default(true) })
  // An interval without an anchor has one that does not move.
  .transform((given): Held => ({ ...given, spec: withAnchor(given.spec, instant(0)) }));

const name = z.string().min(1).max(200);
const id = z.string().min(1).max(500);
const text = z.string().max(100_000);

const attempt = z
  .object({
    id,
    at: moment,
    scheduledFor: moment.nullable().default(null),
    outcome: z.enum(["answered", "refused", "no_answer", "answer_unknown"]).default("answered"),
    status: z.int().min(100).max(599).nullable().default(null),
    latencyMs: z.int().min(0).max(2_147_483_647).nullable().default(null),
    error: z.string().max(2_000).nullable().default(null),
  })
  .transform((one): FiredThere => one);

const run = z
  .object({
    id,
    startedAt: moment,
    finishedAt: moment.nullable().default(null),
    outcome: z.enum(["success", "fail"]).nullable().default(null),
    window: moment.nullable().default(null),
    log: text.nullable().default(null),
  })
  .transform((one): RanThere => one);

export interface History {
  readonly attempts: readonly FiredThere[];
  readonly runs: readonly RanThere[];
  readonly cursor: unknown;
  /** Whether it says that it tells of every attempt. */
  readonly covers: boolean;
  readonly coversFrom: Instant | null;
  readonly coversTo: Instant | null;
}

const MOST = 1_000;

export const messageAnswer = read(z.object({ message: z.string() }).transform(({ message }) => message));
export const heldAnswer = read(z.object({ held }).transform((answer) => answer.held));
export const jobsAnswer = read(
  z
    .object({ jobs: z.array(z.object({ ref: z.string().min(1).max(500), name, held })).max(MOST) })
    .transform(({ jobs }): readonly Omit<Proposal, "slug">[] => jobs.map((job) => ({ ...job, notes: [] }))),
);
export const historyAnswer = read(
  z
    .object({
      attempts: z.array(attempt).max(MOST).default([]),
      runs: z.array(run).max(MOST).default([]),
      cursor: z.unknown().optional(),
      coversFrom: moment.nullable().default(null),
      coversTo: moment.nullable().optional(),
    })
    .transform(
      ({ cursor, coversTo, ...rest }): History => ({
        ...rest,
        cursor: cursor ?? null,
        covers: coversTo !== undefined && coversTo !== null,
        coversTo: coversTo ?? null,
      }),
    ),
);
export const fired = read(z.object({ namesWindow: z.boolean().default(false) }));
