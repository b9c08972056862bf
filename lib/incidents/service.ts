/** What a person does about an incident; every transition is an event that is kept (domain.md, Incident). */
import { actorName, mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext, sqlIn } from "#lib/access/in-context.ts";
import { personById } from "#lib/access/store/people.ts";
import type { Tx } from "#lib/db/transaction.ts";
import { conflict, invalid, ok, type Problem, type Result, refuse } from "#lib/problem.ts";
import { toRfc3339 } from "#lib/time/instant.ts";
import { type Asked, act, lockActed, resolvedAlready, resolveRows, withOutage } from "./act.ts";
import { type IncidentRow, incidentsByIds } from "./row-store.ts";
import type {
  AcknowledgeInput,
  AssignInput,
  BulkInput,
  NoteInput,
  ResolveInput,
  SnoozeInput,
  TakeBackInput,
} from "./schema.ts";
import { type IncidentShape, incidentShape } from "./shape.ts";

type Acted<Input> = Asked & { readonly input: Input };
/** Once it is done the caller reads the incident as it then is. */
type Done = Promise<Result<null>>;

const inPast = (path: string): Problem =>
  invalid({ message: "This time has passed.", errors: [{ path, message: "must lie in the future" }] });

interface Head extends Asked {
  /** What is wrong with the input by itself. */
  readonly fault?: Problem | null;
  /** Whether it acts on all of the outage. */
  readonly outage?: boolean;
  /** Whether it may be done when all is over. */
  readonly afterwards?: boolean;
}

/** The head of every act: who may, the input, the incident (locked, as its reader saw it), and whether it is over. */
function actOn(
  ctx: Context,
  { fault = null, outage, afterwards = false, ...asked }: Head,
  then: (tx: Tx, row: IncidentRow) => Promise<Result<null>>,
): Done {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "respond") ?? fault;
    if (denied) return refuse(denied);
    const locked = await lockActed(tx, asked, outage);
    if (!locked.ok) return locked;
    return locked.value.state === "resolved" && !afterwards
      ? refuse(resolvedAlready(locked.value))
      : then(tx, locked.value);
  });
}

export function acknowledgeIncident(ctx: Context, { input, ...asked }: Acted<AcknowledgeInput>): Done {
  const { note, expectedFixAt, outage } = input;
  const fault = expectedFixAt !== null && expectedFixAt <= ctx.now ? inPast("expectedFixAt") : null;
  return actOn(ctx, { ...asked, fault, outage }, async (tx, row) => {
    // Told once more with a new fix time, or out of a snooze, it is news; else somebody was faster.
    const news = row.snoozedUntil !== null || (expectedFixAt !== null && expectedFixAt !== row.expectedFixAt);
    const all = await withOutage(tx, row, outage);
    const rows = all.filter((one) => one.state === "open" || (one.id === row.id && news));
    if (rows.length === 0) {
      const message = `Incident ${row.number} was acknowledged by ${row.acknowledgedBy ?? "Rollcall"} already.`;
      return refuse(conflict("acknowledged", { message }));
    }
    const until = expectedFixAt === null ? "" : ` Expected to be fixed by ${toRfc3339(expectedFixAt)}.`;
    await act(tx, ctx, rows, {
      kind: "acknowledged",
      text: note === null ? `Acknowledged.${until}` : `Acknowledged: ${note}${until}`,
      write: {
        state: "acknowledged",
        acknowledgedAt: ctx.now,
        acknowledgedBy: actorName(ctx.actor),
        snoozedUntil: null,
        ...(expectedFixAt === null ? {} : { expectedFixAt }),
      },
      message: "incident.acknowledged",
    });
    return ok(null);
  });
}

/** Snoozed is acknowledged with an end (domain.md, Incident). */
export function snoozeIncident(ctx: Context, { input, ...asked }: Acted<SnoozeInput>): Done {
  const fault = input.until <= ctx.now ? inPast("until") : null;
  return actOn(ctx, { ...asked, fault }, async (tx, row) => {
    await act(tx, ctx, [row], {
      kind: "snoozed",
      text: `Snoozed until ${toRfc3339(input.until)}.`,
      write: {
        state: "acknowledged",
        snoozedUntil: input.until,
        ...(row.state === "open" ? { acknowledgedAt: ctx.now, acknowledgedBy: actorName(ctx.actor) } : {}),
      },
      message: "incident.acknowledged",
    });
    return ok(null);
  });
}

const withNote = (said: string, note: string | null): string => (note === null ? `${said}.` : `${said}: ${note}`);

/**
 * Takes an acknowledgement back, with its snooze and its expected fix time: the incident is open again, so reminders and
 * escalation go on. What was said stays; this is an event more (domain.md, Incident: every transition is kept).
 */
export function unacknowledgeIncident(ctx: Context, { input, ...asked }: Acted<TakeBackInput>): Done {
  return actOn(ctx, asked, async (tx, row) => {
    if (row.state === "open") {
      const message = `Nobody has acknowledged incident ${row.number}.`;
      return refuse(conflict("not_acknowledged", { message, doNext: "Nothing is left to take back." }));
    }
    await act(tx, ctx, [row], {
      kind: "unacknowledged",
      text: withNote("Took back the acknowledgement", input.note),
      write: { state: "open", acknowledgedAt: null, acknowledgedBy: null, snoozedUntil: null, expectedFixAt: null },
      message: "incident.changed",
    });
    return ok(null);
  });
}

/** Takes the end of a snooze away: it stays acknowledged, and does not wake by itself. */
export function unsnoozeIncident(ctx: Context, { input, ...asked }: Acted<TakeBackInput>): Done {
  return actOn(ctx, asked, async (tx, row) => {
    if (row.snoozedUntil === null) {
      const message = `Incident ${row.number} is not snoozed.`;
      return refuse(conflict("not_snoozed", { message, doNext: "Nothing is left to take back." }));
    }
    await act(tx, ctx, [row], {
      kind: "unsnoozed",
      text: withNote("Took back the snooze", input.note),
      write: { snoozedUntil: null },
      message: "incident.changed",
    });
    return ok(null);
  });
}

export function resolveIncident(ctx: Context, { input, ...asked }: Acted<ResolveInput>): Done {
  return actOn(ctx, { ...asked, outage: input.outage }, async (tx, row) => {
    const { note } = input;
    const because = { resolution: note ?? "Resolved by hand.", text: note ?? "Resolved by hand." };
    await resolveRows(tx, ctx, await withOutage(tx, row, input.outage), because);
    return ok(null);
  });
}

export function noteIncident(ctx: Context, { input, ...asked }: Acted<NoteInput>): Done {
  return actOn(ctx, { ...asked, afterwards: true }, async (tx, row) => {
    await act(tx, ctx, [row], { kind: "note", text: input.text, write: {}, message: null });
    return ok(null);
  });
}

export function assignIncident(ctx: Context, { input, ...asked }: Acted<AssignInput>): Done {
  return actOn(ctx, asked, async (tx, row) => {
    const person = input.userId === null ? null : await personById(tx, input.userId);
    if (input.userId !== null && (!person || person.disabledAt !== null)) {
      const errors = [{ path: "userId", message: "must be the id of a person who may sign in" }];
      return refuse(invalid({ message: "There is no such person.", errors }));
    }
    await act(tx, ctx, [row], {
      kind: "assigned",
      text: person ? `Assigned to ${person.name}.` : "Assigned to nobody.",
      write: { assigneeId: person?.id ?? null },
      message: "incident.changed",
    });
    return ok(null);
  });
}

function actOnOne(ctx: Context, id: string, given: BulkInput["act"]): Done {
  const asked = { id, ifMatch: null };
  const all = { outage: false };
  switch (given.kind) {
    case "acknowledge":
      return acknowledgeIncident(ctx, { ...asked, input: { ...given, ...all } });
    case "unacknowledge":
      return unacknowledgeIncident(ctx, { ...asked, input: given });
    case "snooze":
      return snoozeIncident(ctx, { ...asked, input: given });
    case "unsnooze":
      return unsnoozeIncident(ctx, { ...asked, input: given });
    case "assign":
      return assignIncident(ctx, { ...asked, input: given });
    case "notes":
      return noteIncident(ctx, { ...asked, input: given });
    case "resolve":
      return resolveIncident(ctx, { ...asked, input: { ...given, ...all } });
  }
}

export interface BulkDone {
  /** Those that were acted on, as they then are. */
  readonly items: readonly IncidentShape[];
  readonly refused: readonly (Pick<Problem, "code" | "message"> & { readonly id: string })[];
}

/** One act for several incidents, each by itself: where one refuses, the others are done all the same. */
export async function actOnIncidents(
  ctx: Context,
  { input }: { readonly input: BulkInput },
): Promise<Result<BulkDone>> {
  const denied = mayNot(ctx.actor, "respond");
  if (denied) return refuse(denied);
  const done: string[] = [];
  const refused: { readonly id: string; readonly code: string; readonly message: string }[] = [];
  for (const id of input.ids) {
    const one = await actOnOne(ctx, id, input.act);
    if (one.ok) done.push(id);
    else refused.push({ id, code: one.problem.code, message: one.problem.message });
  }
  const rows = await incidentsByIds(sqlIn(ctx), done);
  return ok({ items: rows.map(incidentShape), refused });
}
