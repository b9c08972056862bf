/** One-time links: the first set-up, an invitation, a forgotten password. The link is the credential; only its hash is kept. */
import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { conflict, invalid, notFound, ok, type Problem, type Result, refuse, refused } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { DAY, type Instant, millis, plus } from "#lib/time/instant.ts";
import { type Actor, mayNot } from "./actor.ts";
import { writeAudit } from "./audit.ts";
import type { Context } from "./context.ts";
import { inContext, sqlIn } from "./in-context.ts";
import { hashPassword, passwordProblem } from "./password.ts";
import { acceptLinkInput, email as emailInput, id as idInput } from "./schema.ts";
import { accountSubject } from "./sign-in-limit.ts";
import { deleteAttempts } from "./store/attempts.ts";
import { deleteUnusedLinks, insertLink, type LinkKind, type OpenLink, openLink, spendLink } from "./store/links.ts";
import {
  anyPeople,
  insertPerson,
  lockPeople,
  personByEmail,
  personById,
  setPassword,
  updatePerson,
} from "./store/people.ts";
import { revokeSessionsOf } from "./store/sessions.ts";
import { hashOf, newToken } from "./token.ts";

const LASTS = { setup: DAY, invitation: millis(7 * DAY), reset: DAY } satisfies Record<LinkKind, number>;

/** The path of a fresh link; earlier ones of the same person (or of the set-up) that nobody used are revoked. */
export async function makeLink(
  tx: Sql,
  { kind, personId, now }: { readonly kind: LinkKind; readonly personId: string | null; readonly now: Instant },
): Promise<string> {
  const token = newToken();
  await deleteUnusedLinks(tx, personId);
  const expiresAt = plus(now, LASTS[kind]);
  await insertLink(tx, { id: newId(now), kind, personId, tokenHash: hashOf(token), createdAt: now, expiresAt });
  return `/setup/${token}`;
}

/** The path under which the first admin is made; `null` when there are people already. */
export async function setupLink(ctx: Context): Promise<Result<string | null>> {
  const not = mayNot(ctx.actor, "manage_people");
  if (not) return refuse(not);
  return inContext(ctx, async (tx) => {
    await lockPeople(tx);
    if (await anyPeople(tx)) return ok(null);
    return ok(await makeLink(tx, { kind: "setup", personId: null, now: ctx.now }));
  });
}

/** The path of a fresh link for a person: to choose a first password, or a new one. Told this once. */
export async function linkForPerson(
  ctx: Context,
  input: { readonly id: string } | { readonly email: string },
): Promise<Result<string>> {
  const not = mayNot(ctx.actor, "manage_people");
  if (not) return refuse(not);
  return inContext(ctx, async (tx) => {
    await lockPeople(tx);
    const email = "email" in input ? emailInput.safeParse(input.email).data : undefined;
    const id = "id" in input ? idInput.safeParse(input.id).data : undefined;
    const person = email ? await personByEmail(tx, email) : id ? await personById(tx, id) : null;
    if (!person) return refuse(notFound({ message: "There is no such person.", doNext: "Check the address." }));
    if (person.disabledAt !== null) {
      const doNext = "Let an admin enable the account first.";
      return refuse(conflict("person_disabled", { message: "This account is disabled.", doNext }));
    }
    const kind = person.invited ? "invitation" : "reset";
    const link = await makeLink(tx, { kind, personId: person.id, now: ctx.now });
    await writeAudit(tx, ctx, {
      ...{ action: "person.link_made", subjectKind: "person", subjectId: person.id },
      detail: { email: person.email, kind },
    });
    return ok(link);
  });
}

const unusable = (): Problem =>
  refused("link_unusable", 410, {
    message: "This link has been used, has expired, or was replaced by a newer one.",
    doNext: "Sign in, or ask an admin for a new link.",
  });

export interface LinkShown {
  readonly kind: LinkKind;
  readonly email: string | null;
  readonly name: string | null;
}

/** What the page behind a link shows; looking at it uses nothing up. */
export async function readLink(
  ctx: Pick<Context, "now" | "tx">,
  input: { readonly token: string },
): Promise<Result<LinkShown>> {
  const link = await usable(sqlIn(ctx), input.token, ctx.now);
  if (!link.ok) return link;
  const { kind, person } = link.value;
  return ok({ kind, email: person?.email ?? null, name: person?.name ?? null });
}

async function usable(sql: Sql, token: string, now: Instant): Promise<Result<OpenLink>> {
  const link = await openLink(sql, hashOf(token), now);
  if (!link || (link.kind === "setup" && (await anyPeople(sql)))) return refuse(unusable());
  return ok(link);
}

export interface AcceptLinkInput {
  readonly token: string;
  readonly name?: string | undefined;
  /** Of a set-up only: an invitation and a reset have their person's. */
  readonly email?: string | undefined;
  readonly password: string;
}

const BY_LINK: Actor = { kind: "system", name: "one-time link" };

/**
 * Uses a link up: the first admin is made, or a person gets the password they chose and every session of theirs ends.
 * Of several who use one link at once one succeeds. The link is the credential, so that no actor is asked for.
 */
export async function acceptLink(
  ctx: Pick<Context, "now" | "tx">,
  input: AcceptLinkInput,
): Promise<Result<{ readonly email: string }>> {
  const read = readInput(acceptLinkInput, input);
  if (!read.ok) return read;
  const { token, name, password } = read.value;
  // Before the hashing, so that a made-up link costs nothing.
  const link = await usable(sqlIn(ctx), token, ctx.now);
  if (!link.ok) return link;
  const { kind, id, person } = link.value;
  const email = person?.email ?? read.value.email;
  if (email === undefined) return refuse(missing("email"));
  if (!person && name === undefined) return refuse(missing("name"));
  const weak = passwordProblem(password, { email });
  if (weak) return refuse(weak);
  const hashed = await hashPassword(password);
  if (!hashed.ok) return hashed;

  const by = { ...ctx, actor: BY_LINK };
  return inContext(by, async (tx) => {
    await lockPeople(tx);
    if (kind === "setup" && (await anyPeople(tx))) return refuse(unusable());
    if (!(await spendLink(tx, id, ctx.now))) return refuse(unusable());
    const subjectId = person?.id ?? newId(ctx.now);
    if (person) {
      const present = await personById(tx, person.id);
      if (!present || present.disabledAt !== null) return refuse(unusable());
      if (name !== undefined && name !== present.name) await updatePerson(tx, person.id, { ...present, name });
      await setPassword(tx, person.id, hashed.value);
      await revokeSessionsOf(tx, { personId: person.id, now: ctx.now });
      await deleteAttempts(tx, accountSubject(email));
    } else {
      const made = { id: subjectId, email, name: name ?? email, role: "admin", createdAt: ctx.now } as const;
      await insertPerson(tx, { ...made, passwordHash: hashed.value });
    }
    const subject = { subjectKind: "person", subjectId };
    await writeAudit(tx, by, { action: "person.link_used", ...subject, detail: { email, kind } });
    return ok({ email });
  });
}

const missing = (path: string): Problem =>
  invalid({ message: `The set-up needs the field ${path}.`, errors: [{ path, message: "must be given" }] });
