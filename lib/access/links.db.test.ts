import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast, PASSWORD, SYSTEM } from "#lib/testing/people.ts";
import { problemOf, succeeded } from "#lib/testing/result.ts";
import { DAY, HOUR, millis, plus } from "#lib/time/instant.ts";
import type { Context } from "./context.ts";
import { acceptLink, linkForPerson, readLink, setupLink } from "./links.ts";
import { changePerson, invitePerson } from "./people.ts";
import { personOfSession } from "./sessions.ts";
import { signIn } from "./sign-in.ts";

const database = useDatabase();
const now = () => database.clock.now();
const system = (): Context => ({ actor: SYSTEM, now: now() });
const tokenOf = (path: string | null): string => path?.replace("/setup/", "") ?? "";
const signedIn = async (email: string, password: string): Promise<boolean> =>
  (await signIn({ now: now() }, { email, password, address: null, userAgent: null })).ok;
const later = (length: number) => {
  database.clock.at = plus(database.clock.at, millis(length));
};
const NEW = "a brand new password";

beforeEach(async () => {
  await database.sql.query("DELETE FROM person");
  await database.sql.query("DELETE FROM one_time_link");
  await database.sql.query("DELETE FROM sign_in_attempt");
});

describe("the set-up link", () => {
  const admin = { name: "Ada", email: "Ada@Example.com", password: PASSWORD };

  it("makes the first admin, once", async () => {
    const token = tokenOf(succeeded(await setupLink(system())));
    expect(succeeded(await readLink(system(), { token }))).toEqual({ kind: "setup", email: null, name: null });
    expect(succeeded(await acceptLink(system(), { token, ...admin }))).toEqual({ email: "ada@example.com" });
    expect(await signedIn("ada@example.com", PASSWORD)).toBe(true);
    const [person] = await database.sql.query("SELECT role, name FROM person");
    expect(person).toEqual({ role: "admin", name: "Ada" });
    expect(problemOf(await acceptLink(system(), { token, ...admin })).status).toBe(410);
    expect(succeeded(await setupLink(system()))).toBeNull();
  });

  it("is stored as a hash alone", async () => {
    const token = tokenOf(succeeded(await setupLink(system())));
    const [row] = await database.sql.query<{ all: string }>("SELECT row_to_json(l)::text AS all FROM one_time_link l");
    expect(row?.all).not.toContain(token);
    expect(row?.all).not.toContain(Buffer.from(token).toString("hex"));
  });

  it("is revoked by a newer one, and ends after 24 h", async () => {
    const first = tokenOf(succeeded(await setupLink(system())));
    const second = tokenOf(succeeded(await setupLink(system())));
    expect(problemOf(await acceptLink(system(), { token: first, ...admin })).code).toBe("link_unusable");
    later(DAY - 1);
    expect((await readLink(system(), { token: second })).ok).toBe(true);
    later(1);
    expect(problemOf(await acceptLink(system(), { token: second, ...admin })).code).toBe("link_unusable");
  });

  it("makes one admin, however many use it at once", async () => {
    const token = tokenOf(succeeded(await setupLink(system())));
    const answers = await Promise.all(
      [1, 2, 3, 4].map((n) => acceptLink(system(), { token, ...admin, email: `ada${n}@example.com` })),
    );
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    const [row] = await database.sql.query<{ count: number }>("SELECT count(*)::float8 AS count FROM person");
    expect(row?.count).toBe(1);
  });

  it("opens nothing once there are people, though nobody used it", async () => {
    const token = tokenOf(succeeded(await setupLink(system())));
    await insertCast(database.sql, now());
    expect(problemOf(await readLink(system(), { token })).status).toBe(410);
    expect(problemOf(await acceptLink(system(), { token, ...admin })).status).toBe(410);
  });

  it("is not used up by what does not validate", async () => {
    const token = tokenOf(succeeded(await setupLink(system())));
    const tried = async (input: object) => problemOf(await acceptLink(system(), { token, ...admin, ...input }));
    expect(await tried({ password: "short" })).toMatchObject({ status: 422, errors: [{ path: "password" }] });
    expect(await tried({ password: "ada@example.com" })).toMatchObject({ errors: [{ path: "password" }] });
    expect(await tried({ password: "a\0bcdefghijkl" })).toMatchObject({ errors: [{ path: "password" }] });
    expect(await tried({ email: undefined })).toMatchObject({ errors: [{ path: "email" }] });
    expect(await tried({ name: undefined })).toMatchObject({ errors: [{ path: "name" }] });
    expect(await tried({ token: "made-up" })).toMatchObject({ status: 410 });
    expect((await acceptLink(system(), { token, ...admin })).ok).toBe(true);
  });
});

describe("an invitation and a reset", () => {
  let people: Cast;
  const ada = (): Context => ({ actor: people.ada, now: now() });
  beforeEach(async () => {
    people = await insertCast(database.sql, now());
  });

  it("an invitation has its address and role fixed; the name may be put right", async () => {
    const invited = { email: "ines@example.com", name: "Ines", role: "responder" } as const;
    const token = tokenOf(succeeded(await invitePerson(ada(), invited)).link);
    expect(await signedIn(invited.email, "")).toBe(false);
    const accepted = await acceptLink(system(), { token, email: "else@example.com", name: "Inés", password: NEW });
    expect(succeeded(accepted)).toEqual({ email: invited.email });
    expect(await signedIn(invited.email, NEW)).toBe(true);
    const [row] = await database.sql.query("SELECT name, role FROM person WHERE email = $1", [invited.email]);
    expect(row).toEqual({ name: "Inés", role: "responder" });
  });

  it("lasts 7 days", async () => {
    const invited = { email: "ines@example.com", name: "Ines", role: "viewer" } as const;
    const token = tokenOf(succeeded(await invitePerson(ada(), invited)).link);
    later(7 * DAY - HOUR);
    expect((await readLink(system(), { token })).ok).toBe(true);
    later(HOUR);
    expect((await readLink(system(), { token })).ok).toBe(false);
  });

  it("a reset gives a new password and ends every session", async () => {
    const token = tokenOf(succeeded(await linkForPerson(ada(), { email: " VERA@example.com" })));
    expect(succeeded(await readLink(system(), { token })).kind).toBe("reset");
    expect(await personOfSession(ada(), people.vera)).not.toBeNull();
    expect(await signedIn("vera@example.com", PASSWORD)).toBe(true);
    succeeded(await acceptLink(system(), { token, password: NEW }));
    expect(await personOfSession(ada(), people.vera)).toBeNull();
    expect(await signedIn("vera@example.com", PASSWORD)).toBe(false);
    expect(await signedIn("vera@example.com", NEW)).toBe(true);
    expect(await personOfSession(ada(), people.ada)).not.toBeNull();
  });

  it("is used once, also by two at once", async () => {
    const token = tokenOf(succeeded(await linkForPerson(ada(), { id: people.vera.id })));
    const both = await Promise.all([1, 2].map((n) => acceptLink(system(), { token, password: `${NEW} ${n}` })));
    expect(both.filter((answer) => answer.ok)).toHaveLength(1);
    expect(problemOf(await acceptLink(system(), { token, password: NEW })).status).toBe(410);
  });

  it("a reset opens the account again that too many failures closed", async () => {
    for (let i = 0; i < 10; i++) await signedIn("vera@example.com", "wrong");
    expect(await signedIn("vera@example.com", PASSWORD)).toBe(false);
    const token = tokenOf(succeeded(await linkForPerson(ada(), { id: people.vera.id })));
    succeeded(await acceptLink(system(), { token, password: NEW }));
    expect(await signedIn("vera@example.com", NEW)).toBe(true);
  });

  it("there is none for who is disabled or unknown", async () => {
    expect(problemOf(await linkForPerson(ada(), { id: people.max.id }))).toMatchObject({ code: "person_disabled" });
    expect(problemOf(await linkForPerson(ada(), { email: "nobody@example.com" })).status).toBe(404);
    expect(problemOf(await linkForPerson(ada(), { email: "a\0@example.com" })).status).toBe(404);
    const token = tokenOf(succeeded(await linkForPerson(ada(), { id: people.vera.id })));
    succeeded(await changePerson(ada(), { id: people.vera.id, change: { disabled: true } }));
    expect(problemOf(await acceptLink(system(), { token, password: NEW })).status).toBe(410);
  });
});
