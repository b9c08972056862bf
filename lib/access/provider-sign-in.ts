/** Signing in by what an OpenID Connect provider vouches for. The session is a row, like that of a password. */
import type { OidcConfig } from "#lib/config.ts";
import { newId } from "#lib/db/new-id.ts";
import { inTransaction, type Tx } from "#lib/db/transaction.ts";
import { log } from "#lib/log.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { plus } from "#lib/time/instant.ts";
import type { Actor } from "./actor.ts";
import { writeAudit } from "./audit.ts";
import type { Context } from "./context.ts";
import { type Claims, type Identity, identityOf, identityRefused, roleOf } from "./identity.ts";
import { SESSION_IDLE } from "./sessions.ts";
import type { SignedIn } from "./sign-in.ts";
import { deleteUnusedLinks } from "./store/links.ts";
import {
  insertPerson,
  lockPeople,
  otherAdmins,
  type Person,
  personByEmail,
  personById,
  personByIdentity,
  setIdentity,
  updatePerson,
} from "./store/people.ts";
import { insertSession, revokeSessionsOf } from "./store/sessions.ts";

const BY_PROVIDER: Actor = { kind: "system", name: "OpenID Connect" };

export interface ProviderSignIn {
  /** Of the id token, whose signature, audience, times and nonce were checked, with those of the userinfo. */
  readonly claims: Claims;
  readonly address: string | null;
  readonly userAgent: string | null;
}

/**
 * 1. Whose claims they are; another issuer's are refused.
 * 2. Who that is here: known by issuer and subject, else an open invitation or (where it is allowed) the account of the
 *    same verified address, else somebody new.
 * 3. Which role: mapped anew at every sign-in. Without one they are refused, and sessions of theirs end. The last admin
 *    stays one, which is written down and logged.
 * 4. The session begins. All in one transaction of its own, but for the end of sessions by a refusal.
 */
export async function signInByProvider(
  ctx: Pick<Context, "now">,
  input: ProviderSignIn,
  config: OidcConfig,
): Promise<Result<SignedIn>> {
  const identity = identityOf(input.claims, config);
  if (!identity.ok) return identity;
  const mapped = roleOf(input.claims, config);
  const by = { actor: BY_PROVIDER, now: ctx.now };
  if (mapped.kind === "none") {
    await endSessions(by, identity.value);
    return refuse(identityRefused("no_role"));
  }
  return inTransaction(async (tx) => {
    await lockPeople(tx);
    const found = await personFor(tx, by, { identity: identity.value, role: mapped.role, config });
    if (!found.ok) return found;
    let person = found.value;
    if (person.disabledAt !== null) return refuse(identityRefused("person_disabled"));
    if (mapped.kind === "role" && mapped.role !== person.role) person = await withRole(tx, by, person, mapped.role);
    const { id: personId, name, email, role } = person;
    const sessionId = newId(ctx.now);
    await insertSession(tx, {
      ...{ id: sessionId, personId, createdAt: ctx.now, expiresAt: plus(ctx.now, SESSION_IDLE) },
      ...{ remoteAddress: input.address, userAgent: input.userAgent?.replaceAll("\0", "").slice(0, 400) ?? null },
    });
    const actor: Actor = { kind: "person", id: personId, name, email, role, sessionId };
    await writeAudit(
      tx,
      { actor, now: ctx.now },
      {
        ...{ action: "session.began", subjectKind: "person", subjectId: personId },
        detail: { address: input.address, by: config.name },
      },
    );
    return ok({ sessionId, person: { id: personId, name, email, role } });
  });
}

type By = Pick<Context, "actor" | "now">;

async function personFor(
  tx: Tx,
  by: By,
  {
    identity,
    role,
    config,
  }: { readonly identity: Identity; readonly role: Person["role"]; readonly config: OidcConfig },
): Promise<Result<Person>> {
  const known = await personByIdentity(tx, identity);
  if (known) return ok(known);
  const { email } = identity;
  if (email === null) return refuse(identityRefused("no_email"));
  const holder = await personByEmail(tx, email);
  if (holder) return linked(tx, by, { holder, identity, config });
  const id = newId(by.now);
  const name = identity.name ?? (email.split("@")[0] || email);
  await insertPerson(tx, { id, email, name, role, passwordHash: null, createdAt: by.now });
  await setIdentity(tx, id, identity);
  const detail = { email, name, role, issuer: identity.issuer };
  await writeAudit(tx, by, { action: "person.made_by_provider", subjectKind: "person", subjectId: id, detail });
  return made(await personById(tx, id));
}

/** An address alone is no proof: whoever can choose theirs at the provider would take over somebody else's account. */
async function linked(
  tx: Tx,
  by: By,
  { holder, identity, config }: { readonly holder: Person; readonly identity: Identity; readonly config: OidcConfig },
): Promise<Result<Person>> {
  const may = identity.emailVerified && !holder.byProvider && (holder.invited || config.linkVerifiedEmail);
  if (!may) return refuse(identityRefused("email_taken"));
  await setIdentity(tx, holder.id, identity);
  await deleteUnusedLinks(tx, holder.id);
  const detail = { email: holder.email, issuer: identity.issuer, invited: holder.invited };
  await writeAudit(tx, by, {
    action: "person.linked_to_provider",
    subjectKind: "person",
    subjectId: holder.id,
    detail,
  });
  return made(await personById(tx, holder.id));
}

const made = (person: Person | null): Result<Person> => {
  if (!person) throw new Error("a person that was just written is not there");
  return ok(person);
};

async function withRole(tx: Tx, by: By, person: Person, role: Person["role"]): Promise<Person> {
  const subject = { subjectKind: "person", subjectId: person.id };
  if (person.role === "admin" && (await otherAdmins(tx, person.id)) === 0) {
    log.warn(`The provider gives ${person.email} the role ${role}; the last admin stays admin`);
    const detail = { email: person.email, role: "admin", roleOfProvider: role, because: "last_admin" };
    await writeAudit(tx, by, { action: "person.role_kept", ...subject, detail });
    return person;
  }
  await updatePerson(tx, person.id, { name: person.name, role, disabledAt: person.disabledAt });
  const detail = { email: person.email, role, roleBefore: person.role };
  await writeAudit(tx, by, { action: "person.changed", ...subject, detail });
  return { ...person, role };
}

/** Whom the provider no longer gives a role is not kept in by an old session. */
async function endSessions(by: By, identity: Identity): Promise<void> {
  await inTransaction(async (tx) => {
    const person = await personByIdentity(tx, identity);
    if (!person) return ok(null);
    const ended = await revokeSessionsOf(tx, { personId: person.id, now: by.now });
    const subject = { subjectKind: "person", subjectId: person.id };
    const detail = { email: person.email, ended, because: "no_role" };
    if (ended > 0) await writeAudit(tx, by, { action: "session.others_ended", ...subject, detail });
    return ok(null);
  });
}
