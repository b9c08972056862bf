/** Signing in with a password, and changing one's own. */
import { newId } from "#lib/db/new-id.ts";
import { inTransaction, sqlOf } from "#lib/db/transaction.ts";
import { forbidden, invalid, ok, type Problem, type Result, refuse, refused } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { runtime } from "#lib/runtime.ts";
import { plus } from "#lib/time/instant.ts";
import type { Actor, Role } from "./actor.ts";
import { writeAudit } from "./audit.ts";
import type { Context } from "./context.ts";
import { hashPassword, passwordFits, passwordProblem } from "./password.ts";
import { changePasswordInput, signInInput } from "./schema.ts";
import { SESSION_IDLE } from "./sessions.ts";
import { attemptSucceeded, beginAttempt, withdrawAttempt } from "./sign-in-limit.ts";
import { deleteUnusedLinks } from "./store/links.ts";
import { credentialsByEmail, lockedCredentials, setPassword } from "./store/people.ts";
import { insertSession, revokeSessionsOf } from "./store/sessions.ts";

export interface SignInInput {
  readonly email: string;
  readonly password: string;
  /** The client's address; `null` where nobody knows it. */
  readonly address: string | null;
  readonly userAgent: string | null;
}

export interface SignedIn {
  readonly sessionId: string;
  readonly person: { readonly id: string; readonly name: string; readonly email: string; readonly role: Role };
}

/** One answer for every way of being wrong, so that it does not tell who has an account. */
const wrong = (): Problem =>
  refused("wrong_credentials", 401, {
    message: "The e-mail address or the password is not right.",
    doNext: "Check both, or ask an admin for a new link.",
  });

/**
 * 1. The attempt is counted as failed and committed: a crash from here on leaves a failure too many, never one too few.
 * 2. The password is verified, with the same work for an address that nobody has.
 * 3. The session begins, unless the password has changed meanwhile; the account's failures are forgotten.
 * It has transactions of its own.
 */
export async function signIn(ctx: Pick<Context, "now">, input: SignInInput): Promise<Result<SignedIn>> {
  const read = readInput(signInInput, { email: input.email, password: input.password });
  if (!read.ok) return refuse(wrong());
  const { email, password } = read.value;
  const attempt = await beginAttempt({ email, address: input.address, now: ctx.now });
  if (!attempt.ok) return attempt;

  const found = ODD.test(email) ? null : await credentialsByEmail(sqlOf(runtime().pool), email);
  const fits = await passwordFits(password, found?.passwordHash ?? null);
  if (!fits.ok) {
    await withdrawAttempt(attempt.value);
    return fits;
  }
  if (!found || !fits.value || found.disabled) return refuse(wrong());

  return inTransaction(async (tx) => {
    const person = await lockedCredentials(tx, found.id);
    if (!person || person.disabled || person.passwordHash !== found.passwordHash) return refuse(wrong());
    await attemptSucceeded(tx, attempt.value);
    const { id: personId, name, role } = person;
    const sessionId = newId(ctx.now);
    await insertSession(tx, {
      ...{ id: sessionId, personId, createdAt: ctx.now, expiresAt: plus(ctx.now, SESSION_IDLE) },
      ...{ remoteAddress: input.address, userAgent: input.userAgent?.replaceAll("\0", "").slice(0, 400) ?? null },
    });
    const actor: Actor = { kind: "person", id: personId, name, email: person.email, role, sessionId };
    await writeAudit(
      tx,
      { actor, now: ctx.now },
      {
        ...{ action: "session.began", subjectKind: "person", subjectId: personId },
        detail: { address: input.address },
      },
    );
    return ok({ sessionId, person: { id: personId, name, email: person.email, role } });
  });
}

const ODD = /[\0\p{Cs}]/u;

export interface ChangePasswordInput {
  readonly current: string;
  readonly next: string;
  readonly address: string | null;
}

/** One's own, with the present one as proof; ends every other session. It has transactions of its own. */
export async function changeOwnPassword(
  ctx: Pick<Context, "now" | "actor">,
  input: ChangePasswordInput,
): Promise<Result<{ readonly endedSessions: number }>> {
  const { actor, now } = ctx;
  if (actor.kind !== "person") return refuse(forbidden({ message: "Only a signed-in person has a password." }));
  const read = readInput(changePasswordInput, { current: input.current, next: input.next });
  if (!read.ok) return read;
  const { current, next } = read.value;
  const weak = passwordProblem(next, { email: actor.email });
  if (weak) return refuse({ ...weak, errors: [{ path: "next", message: weak.message }] });
  const attempt = await beginAttempt({ email: actor.email, address: input.address, now });
  if (!attempt.ok) return attempt;

  const found = await credentialsByEmail(sqlOf(runtime().pool), actor.email);
  const fits = await passwordFits(current, found?.passwordHash ?? null);
  if (!fits.ok) {
    await withdrawAttempt(attempt.value);
    return fits;
  }
  if (!found || found.id !== actor.id || !fits.value) {
    const message = "The present password is not right.";
    return refuse(invalid({ code: "wrong_password", message, errors: [{ path: "current", message }] }));
  }
  const hashed = await hashPassword(next);
  if (!hashed.ok) return hashed;

  return inTransaction(async (tx) => {
    const person = await lockedCredentials(tx, actor.id);
    if (!person || person.disabled || person.passwordHash !== found.passwordHash) return refuse(wrong());
    await attemptSucceeded(tx, attempt.value);
    await setPassword(tx, actor.id, hashed.value);
    await deleteUnusedLinks(tx, actor.id);
    const endedSessions = await revokeSessionsOf(tx, { personId: actor.id, now, except: actor.sessionId });
    await writeAudit(tx, ctx, {
      ...{ action: "person.password_changed", subjectKind: "person", subjectId: actor.id },
      detail: { endedSessions },
    });
    return ok({ endedSessions });
  });
}
