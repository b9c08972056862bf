/** The people of an installation, by its admins. One admin who can sign in always stays. */
import { newId } from "#lib/db/new-id.ts";
import { tellAccess } from "#lib/db/tell.ts";
import { cursorKey, KEY, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { conflict, notFound, ok, type Problem, preconditionFailed, type Result, refuse } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { mayNot, type Role } from "./actor.ts";
import { writeAudit } from "./audit.ts";
import type { Context } from "./context.ts";
import { inContext, sqlIn } from "./in-context.ts";
import { makeLink } from "./links.ts";
import { changePersonInput, id as idInput, inviteInput } from "./schema.ts";
import { deleteUnusedLinks } from "./store/links.ts";
import {
  activeNames,
  deletePersonRow,
  insertPerson,
  lockPeople,
  otherAdmins,
  type Person,
  peopleFrom,
  personByEmail,
  personById,
  updatePerson,
} from "./store/people.ts";
import { revokeSessionsOf } from "./store/sessions.ts";

const noSuchPerson = (): Problem => notFound({ message: "There is no such person." });

const lastAdmin = (): Problem =>
  conflict("last_admin", {
    message: "This is the last admin who can sign in.",
    doNext: "Make somebody else an admin first.",
  });

export async function listPeople(ctx: Context, page: Page): Promise<Result<Listed<Person>>> {
  const not = mayNot(ctx.actor, "manage_people");
  if (not) return refuse(not);
  const key = cursorKey(page.cursor, [KEY.uuid]);
  if (!key.ok) return key;
  const rows = await peopleFrom(sqlIn(ctx), { limit: page.limit + 1, after: key.value?.[0] ?? null });
  return ok(toPage(rows, page, { key: ({ id }) => [id], item: (one) => one }));
}

/** Whom an incident can be assigned to. */
export async function assignablePeople(
  ctx: Context,
): Promise<Result<readonly { readonly id: string; readonly name: string }[]>> {
  const not = mayNot(ctx.actor, "respond");
  if (not) return refuse(not);
  return ok(await activeNames(sqlIn(ctx)));
}

export async function findPerson(ctx: Context, input: { readonly id: string }): Promise<Result<Person>> {
  const not = mayNot(ctx.actor, "manage_people");
  if (not) return refuse(not);
  const person = idInput.safeParse(input.id).success ? await personById(sqlIn(ctx), input.id) : null;
  return person ? ok(person) : refuse(noSuchPerson());
}

export interface InvitePersonInput {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
}

/** `link`: the path that makes them choose a password; it is told this once. */
export async function invitePerson(
  ctx: Context,
  input: InvitePersonInput,
): Promise<Result<{ readonly person: Person; readonly link: string }>> {
  const not = mayNot(ctx.actor, "manage_people");
  if (not) return refuse(not);
  const read = readInput(inviteInput, input);
  if (!read.ok) return read;
  const { email, name, role } = read.value;
  return inContext(ctx, async (tx) => {
    await lockPeople(tx);
    if (await personByEmail(tx, email)) {
      return refuse(
        conflict("email_taken", { message: `${email} is somebody's address already.`, doNext: "Change that person." }),
      );
    }
    const id = newId(ctx.now);
    await insertPerson(tx, { id, email, name, role, passwordHash: null, createdAt: ctx.now });
    const link = await makeLink(tx, { kind: "invitation", personId: id, now: ctx.now });
    await writeAudit(tx, ctx, {
      ...{ action: "person.invited", subjectKind: "person", subjectId: id },
      detail: { email, name, role },
    });
    const person = await personById(tx, id);
    return person ? ok({ person, link }) : refuse(noSuchPerson());
  });
}

export interface ChangePersonInput {
  readonly id: string;
  /** The version that the change was made from; `null`: whatever it is. */
  readonly ifMatch?: number | null;
  readonly change: { readonly name?: string; readonly role?: Role; readonly disabled?: boolean };
}

/** A new role counts from the next request on; disabling ends every session and link. */
export async function changePerson(ctx: Context, input: ChangePersonInput): Promise<Result<Person>> {
  const not = mayNot(ctx.actor, "manage_people");
  if (not) return refuse(not);
  const read = readInput(changePersonInput, input.change);
  if (!read.ok) return read;
  return inContext(ctx, async (tx) => {
    const found = await lockedPerson(ctx, tx, input);
    if (!found.ok) return found;
    const person = found.value;
    const { name = person.name, role = person.role, disabled = person.disabledAt !== null } = read.value;
    const staysAdmin = role === "admin" && !disabled;
    if (!staysAdmin && (await isLastAdmin(tx, person))) return refuse(lastAdmin());
    const disabledAt = disabled ? (person.disabledAt ?? ctx.now) : null;
    await updatePerson(tx, person.id, { name, role, disabledAt });
    if (disabled && person.disabledAt === null) {
      await revokeSessionsOf(tx, { personId: person.id, now: ctx.now });
      await deleteUnusedLinks(tx, person.id);
    }
    await writeAudit(tx, ctx, {
      ...{ action: "person.changed", subjectKind: "person", subjectId: person.id },
      detail: {
        email: person.email,
        ...(name === person.name ? {} : { name, nameBefore: person.name }),
        ...(role === person.role ? {} : { role, roleBefore: person.role }),
        ...(disabled === (person.disabledAt !== null) ? {} : { disabled }),
      },
    });
    const changed = await personById(tx, person.id);
    return changed ? ok(changed) : refuse(noSuchPerson());
  });
}

export async function deletePerson(
  ctx: Context,
  input: { readonly id: string; readonly ifMatch?: number | null },
): Promise<Result<null>> {
  const not = mayNot(ctx.actor, "manage_people");
  if (not) return refuse(not);
  return inContext(ctx, async (tx) => {
    const found = await lockedPerson(ctx, tx, input);
    if (!found.ok) return found;
    const person = found.value;
    if (await isLastAdmin(tx, person)) return refuse(lastAdmin());
    await deletePersonRow(tx, person.id);
    await tellAccess(tx);
    await writeAudit(tx, ctx, {
      ...{ action: "person.deleted", subjectKind: "person", subjectId: person.id },
      detail: { email: person.email, name: person.name, role: person.role },
    });
    return ok(null);
  });
}

type Sql = Parameters<typeof lockPeople>[0];

async function lockedPerson(
  _ctx: Context,
  tx: Sql,
  { id, ifMatch }: { readonly id: string; readonly ifMatch?: number | null },
): Promise<Result<Person>> {
  if (!idInput.safeParse(id).success) return refuse(noSuchPerson());
  await lockPeople(tx);
  const person = await personById(tx, id);
  if (!person) return refuse(noSuchPerson());
  if (ifMatch != null && ifMatch !== person.version) {
    const message = `This person is at version ${person.version}; your change was made from ${ifMatch}.`;
    return refuse(preconditionFailed({ message }));
  }
  return ok(person);
}

const isLastAdmin = async (tx: Sql, person: Person): Promise<boolean> =>
  person.role === "admin" && person.disabledAt === null && !person.invited && (await otherAdmins(tx, person.id)) === 0;
