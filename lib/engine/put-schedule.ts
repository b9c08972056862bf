/**
 * Makes a schedule or changes it; all in one transaction, so that a crash leaves either what was or what is new.
 *
 * 1. Decide: role, spec, `If-Match`.
 * 2. Insert the schedule with its state, or lock it; an archived one is revived.
 * 3. A version of its own for every change; an unchanged one writes nothing.
 * 4. Judge: the edit moves deadlines and, with thresholds, incidents. Where Rollcall fires it, its clock is set anew.
 * 5. Audit, and tell the registry and the screens.
 */

import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { wakeAccelerations } from "#lib/accelerations/store.ts";
import { actorName, mayNot } from "#lib/access/actor.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import type { AuditDetail } from "#lib/access/store/audit.ts";
import { routeByName } from "#lib/boundary/route-store.ts";
import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { tellAccelerate, tellRegistry } from "#lib/db/tell.ts";
import type { Tx } from "#lib/db/transaction.ts";
import { connectionByName } from "#lib/drivers/connection-store.ts";
import { targetWarnings } from "#lib/drivers/dispatch/warnings.ts";
import { invalid, ok, type Problem, preconditionFailed, type Result, refuse } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { deleteAlias } from "#lib/schedules/alias-store.ts";
import { secretHeaders, withSecretHeaders } from "#lib/schedules/driver-secrets.ts";
import { nextOccurrence } from "#lib/schedules/expand.ts";
import { fieldsOf } from "#lib/schedules/fields.ts";
import { type Driver, type ScheduleFields, type ScheduleInput, withAnchor } from "#lib/schedules/schema.ts";
import {
  insertSchedule,
  insertScheduleState,
  insertVersion,
  lockSchedule,
  reviveRow,
  reviveState,
  type ScheduleRow,
  updateSchedule,
} from "#lib/schedules/store.ts";
import { checkSpec } from "#lib/schedules/validate.ts";
import { warningsOf } from "#lib/schedules/warnings.ts";
import { type Instant, latest, SECOND } from "#lib/time/instant.ts";
import { setDispatchClock } from "./dispatch-clock.ts";
import { openedHeaders, sealedHeaders } from "./header-box.ts";
import { judgeNow } from "./judge-now.ts";

export interface PutSchedule {
  readonly slug: string;
  readonly input: ScheduleInput;
  /** The version that the sender has read; `null`: whichever there is. */
  readonly ifMatch: number | null;
}

/** What a person should know of what was stored. */
export interface Notice {
  readonly code: string;
  readonly message: string;
  readonly proposedGraceSeconds?: number;
}

export interface PutAnswer {
  readonly created: boolean;
  readonly warnings: readonly Notice[];
}

/** Its driver with the secrets of its headers, which are used and compared here and never told. */
export const driverOf = ({ driver, headersBox }: Pick<ScheduleRow, "driver" | "headersBox">): Driver =>
  withSecretHeaders(driver, headersBox === null ? {} : openedHeaders(runtime().config.secret, headersBox));

const headersBoxOf = ({ driver }: ScheduleFields): string | null => {
  const secrets = secretHeaders(driver);
  return Object.keys(secrets).length === 0 ? null : sealedHeaders(runtime().config.secret, secrets);
};

export const presentFields = (row: ScheduleRow): ScheduleFields => ({
  name: row.name,
  spec: row.spec,
  timezone: row.timezone,
  graceSeconds: row.graceSeconds,
  earlySeconds: row.earlySeconds,
  maxRuntimeSeconds: row.maxRuntimeSeconds,
  missThreshold: row.missThreshold,
  recoverThreshold: row.recoverThreshold,
  alsoBad: [...row.alsoBad],
  environment: row.environment,
  tags: [...row.tags],
  owner: row.owner,
  driver: driverOf(row),
  route: row.route,
  path: row.path,
  description: row.description,
});

export const movedOn = (present: number | null): Problem =>
  preconditionFailed({
    message:
      present === null
        ? "There is nothing of this name to match a version of."
        : `It has moved on to version ${present}.`,
  });

async function noticesOf(tx: Tx, fields: ScheduleFields, now: Instant): Promise<Notice[]> {
  const { spec, timezone, graceSeconds, driver, route } = fields;
  const notices: Notice[] = [...warningsOf({ spec, timezone, graceSeconds, from: now })];
  const guard = route === null ? null : await routeByName(tx, route);
  if (driver.kind === "rollcall") {
    const kinds = guard ? [guard.caller, guard.contract, guard.manual].flatMap((one) => (one ? [one.kind] : [])) : null;
    const next = nextOccurrence(spec, timezone, now);
    const after = next === null ? null : nextOccurrence(spec, timezone, next);
    const gapSeconds = next === null || after === null ? null : Math.round((after - next) / SECOND);
    notices.push(...targetWarnings({ target: driver.target, graceSeconds, gapSeconds, contracts: kinds }));
  }
  if (route !== null && !guard) {
    const message = `There is no protected route “${route}” yet: until then its boundary decides nothing.`;
    notices.push({ code: "unknown_route", message });
  }
  return notices;
}

/** Why the connection that a driver names cannot be its; `null`: it can. */
async function wrongConnection(tx: Tx, driver: ScheduleFields["driver"]): Promise<Problem | null> {
  if (!("connection" in driver)) return null;
  const { connection: name, kind } = driver;
  // Held, so that it cannot be removed before this schedule that needs it is stored.
  const row = await connectionByName(tx, name, true);
  if (row?.kind === kind) return null;
  const message = row
    ? `The connection “${name}” is one of ${row.kind}, and this driver is ${kind}.`
    : `There is no connection “${name}”: make it first (PUT /connections/${name}).`;
  return invalid({ code: "unknown_connection", message, errors: [{ path: "driver.connection", message }] });
}

interface Write {
  readonly ctx: Pick<Context, "actor" | "now">;
  readonly slug: string;
  readonly fields: ScheduleFields;
  readonly reason: string | null;
}

/** Answers the id of what was made; `null` when the slug is taken. */
export async function makeSchedule(
  tx: Tx,
  { ctx, slug, fields, reason }: Write,
  draft: boolean,
): Promise<string | null> {
  const { now } = ctx;
  const id = newId(now);
  const inserted = await insertSchedule(tx, {
    id,
    slug,
    pingUuid: randomUUID(),
    now,
    draft,
    own: false,
    fields,
    headersBox: headersBoxOf(fields),
  });
  if (!inserted) return null;
  await insertVersion(tx, {
    scheduleId: id,
    number: 1,
    effectiveFrom: now,
    fields,
    reason,
    actor: actorName(ctx.actor),
  });
  await insertScheduleState(tx, { scheduleId: id, now });
  return id;
}

/** Writes a version, and makes it the present one. */
export async function changeSchedule(tx: Sql, row: ScheduleRow, { ctx, fields, reason }: Write): Promise<void> {
  const number = row.version + 1;
  await insertVersion(tx, {
    scheduleId: row.id,
    number,
    // Two edits within a millisecond, or on two machines, stay in order.
    effectiveFrom: latest(ctx.now, row.effectiveFrom),
    fields,
    reason,
    actor: actorName(ctx.actor),
  });
  await updateSchedule(tx, { id: row.id, version: number, fields, headersBox: headersBoxOf(fields) });
  if (row.archivedAt === null) return;
  await reviveRow(tx, row.id, ctx.now);
  await reviveState(tx, { scheduleId: row.id, now: ctx.now });
}

/** What follows every change of a schedule: judge, write down, tell. */
export async function afterChange(
  tx: Tx,
  ctx: Context,
  told: { readonly id: string; readonly slug: string; readonly action: string; readonly detail?: AuditDetail },
): Promise<void> {
  await judgeNow(tx, [told.id], { now: ctx.now });
  await writeAudit(tx, ctx, {
    action: told.action,
    subjectKind: "schedule",
    subjectId: told.slug,
    detail: told.detail ?? {},
  });
  await tellRegistry(tx, told.id);
  // Whoever is accelerating it has to know: it may be drifted now, or at its end.
  if (await wakeAccelerations(tx, [told.id], ctx.now)) await tellAccelerate(tx);
}

export function putSchedule(ctx: Context, { slug, input, ifMatch }: PutSchedule): Promise<Result<PutAnswer>> {
  return inContext<PutAnswer>(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const errors = checkSpec(withAnchor(input.spec, ctx.now), input.timezone);
    const [first] = errors;
    if (first) return refuse(invalid({ message: first.message, errors }));
    let row = await lockSchedule(tx, slug);
    if (ifMatch !== null && row?.version !== ifMatch) return refuse(movedOn(row?.version ?? null));

    const opened = (present: ScheduleRow | null) => present && { ...present, driver: driverOf(present) };
    const fields = fieldsOf(input, opened(row), ctx.now);
    if (!fields.ok) return fields;
    const write: Write = { ctx, slug, fields: fields.value, reason: input.reason };
    const wrong = await wrongConnection(tx, fields.value.driver);
    if (wrong) return refuse(wrong);
    const warnings = await noticesOf(tx, fields.value, ctx.now);
    if (!row) {
      const id = await makeSchedule(tx, write, false);
      if (id !== null) {
        if (await deleteAlias(tx, slug)) {
          const message = `“${slug}” was an alias of another schedule; its check-ins now come to this one.`;
          warnings.push({ code: "took_alias", message });
        }
        if (fields.value.driver.kind === "rollcall") await setDispatchClock(tx, id, ctx.now);
        await afterChange(tx, ctx, { id, slug, action: "schedule.made" });
        return ok({ created: true, warnings });
      }
      // Somebody made it a moment ago.
      row = await lockSchedule(tx, slug);
      if (!row) return refuse(movedOn(null));
    }
    const now = fieldsOf(input, opened(row), ctx.now);
    if (!now.ok) return now;
    const same = row.archivedAt === null && !row.draft && isDeepStrictEqual(now.value, presentFields(row));
    if (!same) {
      await changeSchedule(tx, row, { ...write, fields: now.value });
      const action = row.archivedAt === null ? "schedule.changed" : "schedule.revived";
      const fired = now.value.driver.kind === "rollcall" || row.driver.kind === "rollcall";
      if (fired) await setDispatchClock(tx, row.id, ctx.now);
      await afterChange(tx, ctx, { id: row.id, slug, action });
    }
    return ok({ created: false, warnings });
  });
}
