/** One cast in all tests: Vera views, Rosa responds, Otto operates, Ada administers, Max may see nothing. */
import { randomUUID } from "node:crypto";
import type { Actor, Role } from "#lib/access/actor.ts";
import { hashPassword } from "#lib/access/password.ts";
import { insertPerson, updatePerson } from "#lib/access/store/people.ts";
import { insertSession } from "#lib/access/store/sessions.ts";
import type { Sql } from "#lib/db/sql.ts";
import { DAY, type Instant, plus } from "#lib/time/instant.ts";

export type PersonActor = Actor & { readonly kind: "person" };
export type Cast = Readonly<Record<"vera" | "rosa" | "otto" | "ada" | "max", PersonActor>>;

const ROLE_OF: Readonly<Record<keyof Cast, Role>> = {
  vera: "viewer",
  rosa: "responder",
  otto: "operator",
  ada: "admin",
  max: "viewer",
};

/** Everybody's. */
export const PASSWORD = "correct horse battery";

/** For rules, without a database. */
export const cast: Cast = (() => {
  const person = (name: string, role: Role): PersonActor => ({
    kind: "person",
    id: randomUUID(),
    name,
    email: `${name.toLowerCase()}@example.com`,
    role,
    sessionId: randomUUID(),
  });
  return {
    vera: person("Vera", "viewer"),
    rosa: person("Rosa", "responder"),
    otto: person("Otto", "operator"),
    ada: person("Ada", "admin"),
    max: person("Max", "viewer"),
  };
})();

/** The same people with their rows and a session each; Max is disabled. Once a database. */
export async function insertCast(sql: Sql, now: Instant): Promise<Cast> {
  const hashed = await hashPassword(PASSWORD);
  if (!hashed.ok) throw new Error(hashed.problem.message);
  for (const name of Object.keys(ROLE_OF) as (keyof Cast)[]) {
    const person = cast[name];
    const role = ROLE_OF[name];
    await insertPerson(sql, { ...person, role, passwordHash: hashed.value, createdAt: now });
    if (name === "max") await updatePerson(sql, person.id, { name: person.name, role, disabledAt: now });
    await insertSession(sql, {
      ...{ id: person.sessionId, personId: person.id, createdAt: now, expiresAt: plus(now, DAY) },
      ...{ remoteAddress: null, userAgent: null },
    });
  }
  return cast;
}

export const SYSTEM: Actor = { kind: "system", name: "rollcall" };
