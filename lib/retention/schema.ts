import { z } from "zod";
import { BOUNDS, type Kept, type Kind } from "./retention.ts";

const DAY_SECONDS = 86_400;

/** api.md: durations are whole seconds; here of whole days. Bounds are said once, by the rule. */
const days = (kind: Kind) => {
  const { least, most } = BOUNDS[kind];
  return z
    .number({ message: "must be a number of seconds" })
    .refine((value) => Number.isInteger(value / DAY_SECONDS), { message: "must be whole days, in seconds" })
    .meta({ type: "integer", minimum: least * DAY_SECONDS, maximum: most * DAY_SECONDS, multipleOf: DAY_SECONDS });
};

export const retentionInput = z
  .object({
    runsSeconds: days("runs").optional(),
    logsSeconds: days("logs").optional(),
    decisionsSeconds: days("decisions").optional(),
    attemptsSeconds: days("attempts").optional(),
    rollupsSeconds: days("rollups").optional(),
    auditSeconds: days("audit").nullable().optional(),
    messagesSeconds: days("messages").optional(),
  })
  .meta({ id: "RetentionInput", description: "What is left out follows the runs, or takes its default." });
export type RetentionInput = z.output<typeof retentionInput>;

const inDays = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds / DAY_SECONDS;

export function keptIn(input: RetentionInput): Partial<Kept> {
  const given = {
    runs: inDays(input.runsSeconds),
    logs: inDays(input.logsSeconds),
    decisions: inDays(input.decisionsSeconds),
    attempts: inDays(input.attemptsSeconds),
    rollups: inDays(input.rollupsSeconds),
    audit: input.auditSeconds === null ? null : inDays(input.auditSeconds),
    messages: inDays(input.messagesSeconds),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

export const keptShape = (kept: Kept) => ({
  runsSeconds: kept.runs * DAY_SECONDS,
  logsSeconds: kept.logs * DAY_SECONDS,
  decisionsSeconds: kept.decisions * DAY_SECONDS,
  attemptsSeconds: kept.attempts * DAY_SECONDS,
  rollupsSeconds: kept.rollups * DAY_SECONDS,
  auditSeconds: kept.audit === null ? null : kept.audit * DAY_SECONDS,
  messagesSeconds: kept.messages * DAY_SECONDS,
});
