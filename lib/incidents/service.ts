/** What a person does about an incident; every transition is an event that is kept (domain.md, Incident). */
import { actorName, mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import { personById } from "#lib/access/store/people.ts";
import { conflict, invalid, ok, type Result, refuse } from "#lib/problem.ts";
import { toRfc3339 } from "#lib/time/instant.ts";
import { type Asked, act, lockActed, resolvedAlready, resolveRows, withOutage } from "./act.ts";
import type { AcknowledgeInput, AssignInput, NoteInput, ResolveInput, SnoozeInput } from "./schema.ts";

type Acted<Input> = Asked & { readonly input: Input };
/** Once it is done the caller reads the incident as it then is. */
type Done = Promise<Result<null>>;

const inPast = (path: string): Result<never> =>
  refuse(invalid({ message: "This time has passed.", errors: [{ path, message: "must lie in the future" }] }));

export function acknowledgeIncident(ctx: Context, { input, ...asked }: Acted<AcknowledgeInput>): Done {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "respond");
    if (denied) return refuse(denied);
    const { note, expectedFixAt, outage } = input;
    if (expectedFixAt !== null && expectedFixAt <= ctx.now) return inPast("expectedFixAt");
    const locked = await lockActed(tx, asked, outage);
    if (!locked.ok) return locked;
    const row = locked.value;
    if (row.state === "resolved") return refuse(resolvedAlready(row));
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
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "respond");
    if (denied) return refuse(denied);
    if (input.until <= ctx.now) return inPast("until");
    const locked = await lockActed(tx, asked);
    if (!locked.ok) return locked;
    const row = locked.value;
    if (row.state === "resolved") return refuse(resolvedAlready(row));
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

export function resolveIncident(ctx: Context, { input, ...asked }: Acted<ResolveInput>): Done {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "respond");
    if (denied) return refuse(denied);
    const locked = await lockActed(tx, asked, input.outage);
    if (!locked.ok) return locked;
    const row = locked.value;
    if (row.state === "resolved") return refuse(resolvedAlready(row));
    const { note } = input;
    const because = { resolution: note ?? "Resolved by hand.", text: note ?? "Resolved by hand." };
    await resolveRows(tx, ctx, await withOutage(tx, row, input.outage), because);
    return ok(null);
  });
}

export function noteIncident(ctx: Context, { input, ...asked }: Acted<NoteInput>): Done {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "respond");
    if (denied) return refuse(denied);
    const locked = await lockActed(tx, asked);
    if (!locked.ok) return locked;
    await act(tx, ctx, [locked.value], { kind: "note", text: input.text, write: {}, message: null });
    return ok(null);
  });
}

export function assignIncident(ctx: Context, { input, ...asked }: Acted<AssignInput>): Done {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "respond");
    if (denied) return refuse(denied);
    const locked = await lockActed(tx, asked);
    if (!locked.ok) return locked;
    const row = locked.value;
    if (row.state === "resolved") return refuse(resolvedAlready(row));
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
