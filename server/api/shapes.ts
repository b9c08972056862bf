/** What leaves Rollcall, for the OpenAPI document (api.md, Shapes). */
import { z } from "@hono/zod-openapi";
import { OUTCOMES, STATES, STEPS } from "#lib/accelerations/saga.ts";
import { SOURCES, VIAS } from "#lib/boundary/decision.ts";
import { FIELDS } from "#lib/schedules/schema.ts";
import { STATUSES, VERDICTS } from "#lib/verdicts/verdict.ts";

export const time = z.string().meta({ format: "date-time" });
export const uuid = z.string().meta({ format: "uuid" });
const maybe = <T extends z.ZodType>(schema: T) => schema.nullable();
/** Of a schema with a name: `maybe` would say in the document that whatever has this name may be null. */
export const orNull = <T extends z.ZodType>(schema: T) => z.union([schema, z.null()]);
const verdict = z.enum(VERDICTS);

export const listOf = (schema: z.ZodType) => z.object({ items: z.array(schema), nextCursor: maybe(z.string()) });

export const run = z
  .object({
    id: uuid,
    rid: maybe(uuid),
    schedule: z.string(),
    startedAt: time,
    finishedAt: maybe(time),
    outcome: z.enum(["running", "success", "fail"]),
    exitStatus: maybe(z.int()),
    durationSeconds: maybe(z.number()),
    windowExpectedAt: maybe(time),
    windowNamed: maybe(z.enum(["matched", "not_matched"])),
    unscheduled: z.boolean(),
    doubleFire: z.boolean(),
    manual: z.boolean(),
    closed: z.boolean(),
    logBytes: z.int(),
    source: z.string(),
    remoteAddress: maybe(z.string()),
    userAgent: maybe(z.string()),
  })
  .meta({ id: "Run" });

export const attempt = z
  .object({
    id: uuid,
    at: time,
    scheduledFor: maybe(time),
    status: maybe(z.int()),
    latencyMs: maybe(z.int()),
    outcome: z.enum(["answered", "refused", "no_answer", "answer_unknown"]),
    error: z.string().optional(),
    /** The beginning of a refusal's body, without secrets. */
    excerpt: z.string().optional(),
    source: z.string(),
  })
  .meta({ id: "Attempt" });

export const decision = z
  .object({
    id: uuid,
    at: time,
    route: z.string(),
    method: maybe(z.string()),
    path: maybe(z.string()),
    outcome: z.enum(["admitted", "rejected"]),
    reason: z.string(),
    detail: maybe(z.string()),
    via: z.enum(VIAS),
    ambiguous: z.boolean(),
    contractExpected: maybe(z.string()),
    contractResembled: z.string().optional(),
    diagnosis: z.string().optional(),
    schedule: z.string().optional(),
    schedules: z.array(z.string()).optional(),
    window: time.optional(),
    executionId: z.string().optional(),
    presented: z.looseObject({}),
    source: z.enum(SOURCES),
  })
  .meta({ id: "Decision", description: "`schedules` where it may be of any of several." });

export const window = z
  .object({
    expectedAt: time,
    opensAt: time,
    dueBy: time,
    verdict,
    cause: z.enum(["lost", "rejected", "unreached", "not_fired", "silent"]).optional(),
    reason: z.string().optional(),
    diagnosis: z.string().optional(),
    runs: z.array(run),
    attempts: z.array(attempt),
    decisions: z.array(decision),
    version: z.int(),
    incidentId: uuid.optional(),
    doubleFire: z.boolean(),
    limitAt: time.optional(),
    acceleration: uuid.optional(),
  })
  .meta({ id: "Window", description: "`acceleration`: the temporary spec of that one expected it." });

export const warning = z
  .object({
    code: z.string(),
    message: z.string(),
    proposedGraceSeconds: z.int().optional(),
    proposedSpec: z.object({ kind: z.enum(["interval", "rolling"]), everySeconds: z.int() }).optional(),
    proposedTimezone: z.string().optional(),
  })
  .meta({ id: "Warning" });

export const schedule = z
  .object({
    slug: z.string(),
    ...FIELDS,
    uuid,
    pingUrl: z.string(),
    version: z.int(),
    createdAt: time,
    cadence: z.string(),
    draft: z.boolean(),
    status: z.enum(STATUSES),
    nextExpectedAt: maybe(time),
    lastRun: orNull(run),
    paused: maybe(z.object({ at: time, until: maybe(time), by: maybe(z.string()), resumeOnCheckIn: z.boolean() })),
    archivedAt: maybe(time),
    openIncidentId: maybe(uuid),
    acceleration: maybe(uuid),
    setAside: maybe(z.object({ because: z.string() })),
  })
  .meta({ id: "Schedule" });
export const scheduleInFull = schedule
  .extend({ cannotFire: maybe(z.string()) })
  .meta({ id: "ScheduleInFull", description: "`cannotFire`: why nobody here can run it now; null: `/trigger` can." });
export const scheduleWithWarnings = scheduleInFull
  .extend({ warnings: z.array(warning) })
  .meta({ id: "ScheduleStored" });

export const version = z
  .object({ version: z.int(), effectiveFrom: time, reason: maybe(z.string()), actor: z.string(), ...FIELDS })
  .meta({ id: "ScheduleVersion" });

export const change = z
  .object({
    id: uuid,
    at: time,
    title: z.string(),
    url: maybe(z.string()),
    schedules: maybe(z.array(z.string())),
    by: z.string(),
  })
  .meta({ id: "Change" });

export const incidentListed = z
  .object({
    id: uuid,
    number: z.int(),
    kind: z.enum(["windows", "boundary_drift", "revert_failing"]),
    schedule: z.string().optional(),
    route: z.string().optional(),
    acceleration: uuid.optional().meta({ description: "Whose original could not be put back." }),
    state: z.enum(["open", "acknowledged", "resolved"]),
    sentence: z.string(),
    cause: maybe(z.string()),
    reason: maybe(z.string()),
    diagnosis: maybe(z.string()),
    since: time,
    openedAt: time,
    acknowledgedAt: maybe(time),
    acknowledgedBy: maybe(z.string()),
    snoozedUntil: maybe(time),
    expectedFixAt: maybe(time),
    assignee: maybe(z.object({ id: uuid, name: z.string() })),
    resolvedAt: maybe(time),
    resolvedBy: maybe(z.string()),
    resolution: maybe(z.string()),
    outageId: maybe(uuid),
    version: z.int(),
  })
  .meta({ id: "IncidentListed" });

export const incident = incidentListed
  .extend({
    windows: z.array(window),
    events: z.array(z.object({ at: time, kind: z.string(), by: maybe(z.string()), text: z.string() })),
    makingGood: maybe(
      z.object({ fired: z.int(), left: z.int(), perMinute: z.int(), stoppedBecause: maybe(z.string()) }),
    ),
  })
  .meta({
    id: "Incident",
    description:
      "`makingGood`: the plan that is being worked off, or that stopped with windows left that are still bad.",
  });

export const outage = z
  .object({
    id: uuid,
    reason: z.string(),
    route: z.string().optional(),
    driver: z.string().optional(),
    openedAt: time,
    resolvedAt: maybe(time),
    incidentCount: z.int().meta({ description: "Its unresolved incidents; all of them once it is over." }),
    incidents: z.array(incidentListed),
    sentence: z.string(),
  })
  .meta({ id: "Outage" });

const accelerationStep = z.object({ at: time, step: z.enum(STEPS), ok: z.boolean(), detail: z.string() });
export const acceleration = z
  .object({
    id: uuid,
    schedule: z.string(),
    state: z.enum(STATES),
    outcome: maybe(z.enum(OUTCOMES)),
    standIn: z.boolean(),
    originalSpec: FIELDS.spec,
    temporarySpec: FIELDS.spec,
    timezone: z.string(),
    driver: z.string(),
    requestedAt: time,
    requestedBy: z.string(),
    reason: z.string(),
    overrideReason: maybe(z.string()),
    expiresAt: time,
    confirmedRunsWanted: z.int(),
    maxRuns: maybe(z.int()),
    runsSeen: z.int(),
    runsConfirmed: z.int(),
    appliedAt: maybe(time),
    confirmedAt: maybe(time),
    revertBeganAt: maybe(time),
    endedAt: maybe(time),
    originalNative: maybe(z.string()),
    theirsNative: maybe(z.string()),
    failures: z.int(),
    nextTryAt: maybe(time),
    version: z.int(),
    steps: z.array(accelerationStep),
  })
  .meta({
    id: "Acceleration",
    description:
      "`reverted` is where every road but `drifted` ends; `outcome` says which road it was. `originalNative` and `theirsNative` are word for word as the scheduler has them.",
  });
