import { epochMs, type Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Role } from "../actor.ts";
import { PROJECT } from "../context.ts";

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Instant;
  readonly disabledAt: Instant | null;
  /** Of any of their sessions. */
  readonly lastSeenAt: Instant | null;
  /** An invitation that has not been accepted yet. */
  readonly invited: boolean;
  /** Known to the OpenID Connect provider: they may sign in through it. */
  readonly byProvider: boolean;
  readonly version: number;
}

const PERSON = `
  p.id::text AS id, p.email, p.name, p.role, ${epochMs("p.created_at")} AS "createdAt",
  ${epochMs("p.disabled_at")} AS "disabledAt", p.password_hash IS NULL AND p.oidc_subject IS NULL AS invited,
  p.oidc_subject IS NOT NULL AS "byProvider", p.version::float8 AS version,
  (SELECT ${epochMs("max(s.seen_at)")} FROM session s WHERE s.person_id = p.id) AS "lastSeenAt"`;

/** One at a time decides who is whose admin: two admins who demote each other must not both find the other one left. */
const PEOPLE_LOCK = 7_246_015_523;
export const lockPeople = (sql: Sql): Promise<unknown> =>
  sql.query(`SELECT pg_advisory_xact_lock(${PEOPLE_LOCK})::text AS locked`);

export async function anyPeople(sql: Sql): Promise<boolean> {
  const [row] = await sql.query<{ any: boolean }>("SELECT EXISTS (SELECT FROM person) AS any");
  return row?.any ?? false;
}

/** Admins who can sign in, other than `except`. */
export async function otherAdmins(sql: Sql, except: string): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `SELECT count(*)::float8 AS count FROM person
     WHERE role = 'admin' AND disabled_at IS NULL AND (password_hash IS NOT NULL OR oidc_subject IS NOT NULL) AND id <> $1::uuid`,
    [except],
  );
  return row?.count ?? 0;
}

export async function personById(sql: Sql, id: string): Promise<Person | null> {
  const [row] = await sql.query<Person>(`SELECT ${PERSON} FROM person p WHERE p.id = $1::uuid`, [id]);
  return row ?? null;
}

export async function personByEmail(sql: Sql, email: string): Promise<Person | null> {
  const [row] = await sql.query<Person>(`SELECT ${PERSON} FROM person p WHERE lower(p.email) = lower($1)`, [email]);
  return row ?? null;
}

export interface Credentials {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string | null;
  readonly disabled: boolean;
}

const CREDENTIALS = `id::text AS id, email, name, role, password_hash AS "passwordHash", disabled_at IS NOT NULL AS disabled`;

export async function credentialsByEmail(sql: Sql, email: string): Promise<Credentials | null> {
  const text = `SELECT ${CREDENTIALS} FROM person WHERE lower(email) = lower($1)`;
  const [row] = await sql.query<Credentials>(text, [email]);
  return row ?? null;
}

/** How somebody may come in. */
export interface WaysIn {
  readonly password: boolean;
  readonly provider: boolean;
}

export async function waysInOf(sql: Sql, id: string): Promise<WaysIn | null> {
  const text = `SELECT password_hash IS NOT NULL AS password, oidc_subject IS NOT NULL AS provider FROM person WHERE id = $1::uuid`;
  const [row] = await sql.query<WaysIn>(text, [id]);
  return row ?? null;
}

/** Locked until the transaction ends, so that no session begins under a password that is being changed. */
export async function lockedCredentials(sql: Sql, id: string): Promise<Credentials | null> {
  const text = `SELECT ${CREDENTIALS} FROM person WHERE id = $1::uuid FOR UPDATE`;
  const [row] = await sql.query<Credentials>(text, [id]);
  return row ?? null;
}

export interface PersonPage {
  readonly limit: number;
  /** The id of the last one seen; ids are in the order of making. */
  readonly after: string | null;
}

export const peopleFrom = (sql: Sql, { limit, after }: PersonPage): Promise<Person[]> =>
  sql.query<Person>(
    `SELECT ${PERSON} FROM person p
     WHERE p.project_id = ${PROJECT} AND ($1::uuid IS NULL OR p.id > $1::uuid) ORDER BY p.id LIMIT $2::int`,
    [after, limit],
  );

export const activeNames = (sql: Sql): Promise<{ readonly id: string; readonly name: string }[]> =>
  sql.query(`SELECT id::text AS id, name FROM person WHERE disabled_at IS NULL ORDER BY lower(name), id LIMIT 1000`);

export interface NewPerson {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string | null;
  readonly createdAt: Instant;
}

export const insertPerson = (sql: Sql, person: NewPerson): Promise<unknown> =>
  sql.query(
    `INSERT INTO person (id, project_id, email, name, role, password_hash, created_at)
     VALUES ($1::uuid, ${PROJECT}, $2, $3, $4, $5, to_timestamp($6::float8 / 1000.0))`,
    [person.id, person.email, person.name, person.role, person.passwordHash, person.createdAt],
  );

export interface PersonFields {
  readonly name: string;
  readonly role: Role;
  readonly disabledAt: Instant | null;
}

export const updatePerson = (sql: Sql, id: string, fields: PersonFields): Promise<unknown> =>
  sql.query(
    `UPDATE person SET name = $2, role = $3, disabled_at = to_timestamp($4::float8 / 1000.0), version = version + 1
     WHERE id = $1::uuid`,
    [id, fields.name, fields.role, fields.disabledAt],
  );

export const setPassword = (sql: Sql, id: string, passwordHash: string): Promise<unknown> =>
  sql.query("UPDATE person SET password_hash = $2, version = version + 1 WHERE id = $1::uuid", [id, passwordHash]);

/** Their sessions and links go with them; what they did stays in the audit log under their name. */
export const deletePersonRow = (sql: Sql, id: string): Promise<unknown> =>
  sql.query("DELETE FROM person WHERE id = $1::uuid", [id]);

/** Whom a provider knows under this name of theirs (OpenID Connect Core, 5.7: issuer and subject together, never the address). */
export async function personByIdentity(
  sql: Sql,
  { issuer, subject }: { readonly issuer: string; readonly subject: string },
): Promise<Person | null> {
  const text = `SELECT ${PERSON} FROM person p WHERE p.oidc_issuer = $1 AND p.oidc_subject = $2`;
  const [row] = await sql.query<Person>(text, [issuer, subject]);
  return row ?? null;
}

export const setIdentity = (
  sql: Sql,
  id: string,
  { issuer, subject }: { readonly issuer: string; readonly subject: string },
): Promise<unknown> =>
  sql.query("UPDATE person SET oidc_issuer = $2, oidc_subject = $3, version = version + 1 WHERE id = $1::uuid", [
    id,
    issuer,
    subject,
  ]);
