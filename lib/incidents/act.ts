/** What every act of a person on an incident does: the change, its event, its message, and what screens must read again. */

import { actorName } from "#lib/access/actor.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Context } from "#lib/access/context.ts";
import { newId } from "#lib/db/new-id.ts";
import { type Topic, tellStale } from "#lib/db/tell.ts";
import type { Tx } from "#lib/db/transaction.ts";
import { isUuid } from "#lib/input/identifiers.ts";
import { conflict, notFound, ok, type Problem, preconditionFailed, type Result, refuse } from "#lib/problem.ts";
import { lockStates, markResolved } from "#lib/schedules/store.ts";
import { resolveEmptyOutages } from "./outage-store.ts";
import { type IncidentMessage, tellIncidents } from "./outbox-store.ts";
import {
  type ActWrite,
  type IncidentRow,
  incidentById,
  lockIncident,
  lockOutage,
  schedulesOfOutage,
  writeAct,
} from "./row-store.ts";
import { writeEvents } from "./store.ts";

export const noIncident = (): Problem => notFound({ message: "There is no such incident." });

export const resolvedAlready = (row: IncidentRow): Problem =>
  conflict("resolved", {
    message: `Incident ${row.number} was resolved by ${row.resolvedBy ?? "Rollcall"}.`,
    doNext: "Nothing is left to do; a note can still be added.",
  });

export interface Asked {
  readonly id: string;
  readonly ifMatch: number | null;
}

/**
 * The incident that is acted on, locked; first comes the state of its schedule, as judging takes it first, so that
 * neither waits for the other for ever and no judging overwrites the act.
 */
export async function lockActed(tx: Tx, { id, ifMatch }: Asked, outage = false): Promise<Result<IncidentRow>> {
  const seen = isUuid(id) ? await incidentById(tx, id) : null;
  if (!seen) return refuse(noIncident());
  const schedules = outage && seen.outageId !== null ? await schedulesOfOutage(tx, seen.outageId) : [];
  await lockStates(tx, [...schedules, ...(seen.scheduleId === null ? [] : [seen.scheduleId])]);
  const row = await lockIncident(tx, id);
  if (!row) return refuse(noIncident());
  if (ifMatch !== null && ifMatch !== row.version) {
    return refuse(preconditionFailed({ message: `Incident ${row.number} has moved on to version ${row.version}.` }));
  }
  return ok(row);
}

/** The incident, and with it the unresolved ones of its outage where all of them are meant. */
export async function withOutage(tx: Tx, row: IncidentRow, all: boolean): Promise<readonly IncidentRow[]> {
  if (!all || row.outageId === null) return [row];
  const others = await lockOutage(tx, row.outageId);
  return [row, ...others.filter((other) => other.id !== row.id)];
}

export interface Act {
  readonly kind: string;
  /** What the event says. */
  readonly text: string;
  readonly write: ActWrite;
  /** The type of the outgoing message; none for what only concerns the people here. */
  readonly message: IncidentMessage | null;
}

/** Does one act to several incidents: the rows, an event each, a message each. */
export async function act(
  tx: Tx,
  ctx: Pick<Context, "actor" | "now">,
  rows: readonly IncidentRow[],
  what: Act,
): Promise<void> {
  const { now } = ctx;
  const by = actorName(ctx.actor);
  for (const row of rows) await writeAct(tx, row.id, what.write);
  await writeEvents(
    tx,
    rows.map((row) => ({
      id: newId(now),
      incidentId: row.id,
      at: now,
      kind: what.kind,
      actor: by,
      text: what.text,
    })),
  );
  for (const row of rows) {
    const detail = { number: row.number };
    await writeAudit(tx, ctx, { action: `incident.${what.kind}`, subjectKind: "incident", subjectId: row.id, detail });
  }
  const { message } = what;
  if (message !== null) {
    const told = rows.map(({ id }) => ({ type: message, id }));
    await tellIncidents(tx, told, now);
  }
  const schedules = rows.flatMap((row): Topic[] => (row.schedule === null ? [] : [`schedules/${row.schedule}`]));
  await tellStale(tx, ["incidents", ...rows.map((row): Topic => `incidents/${row.id}`), ...schedules]);
}

/** Resolves incidents: their windows count no more, and an outage with none left is over. */
export async function resolveRows(
  tx: Tx,
  ctx: Pick<Context, "actor" | "now">,
  rows: readonly IncidentRow[],
  because: { readonly resolution: string; readonly text: string },
): Promise<void> {
  const { now } = ctx;
  await act(tx, ctx, rows, {
    kind: "resolved",
    text: because.text,
    write: {
      state: "resolved",
      resolvedAt: now,
      resolvedBy: actorName(ctx.actor),
      resolution: because.resolution,
      snoozedUntil: null,
    },
    message: "incident.resolved",
  });
  await markResolved(
    tx,
    rows.flatMap((row) => (row.kind === "windows" && row.scheduleId !== null ? [row.scheduleId] : [])),
    now,
  );
  const outageIds = [...new Set(rows.flatMap((row) => row.outageId ?? []))];
  await resolveEmptyOutages(tx, { outageIds, now });
}
