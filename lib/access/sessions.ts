/** Sessions: a row each, looked at on every request, so that ending one ends it at once. */
import { forbidden, notFound, ok, type Result, refuse } from "#lib/problem.ts";
import { DAY, earliest, type Instant, MINUTE, millis, plus } from "#lib/time/instant.ts";
import type { Actor } from "./actor.ts";
import { writeAudit } from "./audit.ts";
import type { Context } from "./context.ts";
import { inContext, sqlIn } from "./in-context.ts";
import { id as idInput } from "./schema.ts";
import { type WaysIn, waysInOf } from "./store/people.ts";
import {
  liveSession,
  liveSessionsOf,
  revokeSession,
  revokeSessionsOf,
  type Session,
  touchSession,
} from "./store/sessions.ts";

/** Without a request for so long, a session ends. */
export const SESSION_IDLE = millis(30 * DAY);
/** However busy, it ends after so long. */
export const SESSION_LONGEST = millis(90 * DAY);
const SEEN_EVERY = MINUTE;

const sessionExpiry = (createdAt: Instant, now: Instant): Instant =>
  earliest(plus(now, SESSION_IDLE), plus(createdAt, SESSION_LONGEST));

/** Whose session this is, with the role they have now; `null` when it ended, or its person may no longer be here. */
export async function personOfSession(
  ctx: Pick<Context, "now" | "tx">,
  input: { readonly sessionId: string },
): Promise<(Actor & { readonly kind: "person" }) | null> {
  const { sessionId } = input;
  if (!idInput.safeParse(sessionId).success) return null;
  const sql = sqlIn(ctx);
  const found = await liveSession(sql, sessionId, ctx.now);
  if (!found) return null;
  if (ctx.now - found.seenAt >= SEEN_EVERY) {
    const expiresAt = sessionExpiry(found.createdAt, ctx.now);
    await touchSession(sql, { id: sessionId, now: ctx.now, expiresAt });
  }
  const { personId: id, name, email, role } = found;
  return { kind: "person", id, name, email, role, sessionId };
}

/** Signing out: the session's own doing, without asking who. */
export async function endSession(
  ctx: Pick<Context, "now" | "tx">,
  input: { readonly sessionId: string },
): Promise<Result<null>> {
  const person = await personOfSession(ctx, input);
  if (!person) return ok(null);
  const { id: personId } = person;
  return inContext({ ...ctx, actor: person }, async (tx) => {
    if (await revokeSession(tx, { id: input.sessionId, personId, now: ctx.now })) {
      const by = { actor: person, now: ctx.now };
      await writeAudit(tx, by, { action: "session.ended", subjectKind: "person", subjectId: personId });
    }
    return ok(null);
  });
}

export interface OwnSession extends Session {
  /** The one that asks. */
  readonly current: boolean;
}

const onlyPeople = () => forbidden({ message: "Only a signed-in person has sessions.", doNext: "Sign in." });

export async function listOwnSessions(ctx: Context): Promise<Result<readonly OwnSession[]>> {
  const { actor } = ctx;
  if (actor.kind !== "person") return refuse(onlyPeople());
  const sessions = await liveSessionsOf(sqlIn(ctx), actor.id, ctx.now);
  return ok(sessions.map((session) => ({ ...session, current: session.id === actor.sessionId })));
}

export async function endOwnSession(ctx: Context, input: { readonly id: string }): Promise<Result<null>> {
  const { actor, now } = ctx;
  if (actor.kind !== "person") return refuse(onlyPeople());
  const none = refuse(notFound({ message: "You have no such session.", doNext: "Look at the list again." }));
  if (!idInput.safeParse(input.id).success) return none;
  return inContext(ctx, async (tx) => {
    if (!(await revokeSession(tx, { id: input.id, personId: actor.id, now }))) return none;
    await writeAudit(tx, ctx, { action: "session.ended", subjectKind: "person", subjectId: actor.id });
    return ok(null);
  });
}

/** All of one's own but the one that asks; answers how many. */
export async function endOtherSessions(ctx: Context): Promise<Result<number>> {
  const { actor, now } = ctx;
  if (actor.kind !== "person") return refuse(onlyPeople());
  return inContext(ctx, async (tx) => {
    const ended = await revokeSessionsOf(tx, { personId: actor.id, now, except: actor.sessionId });
    const subject = { subjectKind: "person", subjectId: actor.id };
    if (ended > 0) await writeAudit(tx, ctx, { action: "session.others_ended", ...subject, detail: { ended } });
    return ok(ended);
  });
}

/** Whether the person has a password, and whether the provider knows them. */
export async function ownWaysIn(ctx: Context): Promise<Result<WaysIn>> {
  const { actor } = ctx;
  if (actor.kind !== "person") return refuse(onlyPeople());
  const ways = await waysInOf(sqlIn(ctx), actor.id);
  return ways === null ? refuse(notFound({ message: "You are not here any more." })) : ok(ways);
}
