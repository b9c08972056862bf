import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Listed, wholePage } from "#lib/input/page.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast } from "#lib/testing/people.ts";
import { problemOf, succeeded } from "#lib/testing/result.ts";
import type { Actor } from "./actor.ts";
import { listAudit } from "./audit.ts";
import type { Context } from "./context.ts";
import { createKey, listKeys, revokeKey } from "./keys.ts";
import { linkForPerson, readLink, setupLink } from "./links.ts";
import { assignablePeople, changePerson, deletePerson, findPerson, invitePerson, listPeople } from "./people.ts";
import { personOfSession } from "./sessions.ts";

const database = useDatabase();
let people: Cast;
const by = (actor: Actor): Context => ({ actor, now: database.clock.now() });
const ada = () => by(people.ada);

beforeEach(async () => {
  await database.sql.query("DELETE FROM person");
  await database.sql.query("DELETE FROM audit");
  people = await insertCast(database.sql, database.clock.now());
});

describe("edit schedules, routes, connections, channels, keys, people; read the audit log", () => {
  const id = "0197a4e0-0000-7000-8000-000000000000";
  const calls: readonly [string, (ctx: Context) => Promise<{ readonly ok: boolean }>][] = [
    ["listPeople", (ctx) => listPeople(ctx, wholePage)],
    ["findPerson", (ctx) => findPerson(ctx, { id: people.vera.id })],
    ["invitePerson", (ctx) => invitePerson(ctx, { email: "new@example.com", name: "New", role: "viewer" })],
    ["changePerson", (ctx) => changePerson(ctx, { id: people.vera.id, change: { name: "Vera B" } })],
    ["deletePerson", (ctx) => deletePerson(ctx, { id: people.vera.id })],
    ["linkForPerson", (ctx) => linkForPerson(ctx, { id: people.vera.id })],
    ["setupLink", (ctx) => setupLink(ctx)],
    ["listKeys", (ctx) => listKeys(ctx, wholePage)],
    ["createKey", (ctx) => createKey(ctx, { name: `key ${Math.random()}`, scope: "read" })],
    ["revokeKey", (ctx) => revokeKey(ctx, { id })],
    ["listAudit", (ctx) => listAudit(ctx, wholePage)],
  ];
  it.each(calls)("%s", async (name, call) => {
    const allowed = async (actor: Actor): Promise<boolean> => {
      const answer = await call(by(actor));
      return answer.ok || ("problem" in answer && (answer.problem as { status: number }).status === 404);
    };
    for (const who of ["vera", "rosa", "otto"] as const) {
      expect(problemOf((await call(by(people[who]))) as never), who).toMatchObject({ status: 403, code: "forbidden" });
    }
    const writeKey: Actor = { kind: "key", id, name: "deploy", scope: "write" };
    expect(await allowed(writeKey)).toBe(name === "listAudit");
    expect(await allowed({ kind: "key", id, name: "status", scope: "read" })).toBe(false);
    expect(await allowed(people.ada)).toBe(true);
  });

  it("who responds may know whom to assign an incident to; the disabled are not among them", async () => {
    expect(problemOf(await assignablePeople(by(people.vera))).status).toBe(403);
    const names = succeeded(await assignablePeople(by(people.rosa))).map((person) => person.name);
    expect(names).toEqual(["Ada", "Otto", "Rosa", "Vera"]);
  });
});

describe("inviting", () => {
  it("answers the one-time link once, for an address in lower case", async () => {
    const input = { email: " Ines@Example.COM ", name: " Ines ", role: "responder" } as const;
    const { person, link } = succeeded(await invitePerson(ada(), input));
    expect(person).toMatchObject({ email: "ines@example.com", name: "Ines", invited: true, version: 1 });
    expect(link).toMatch(/^\/setup\/[\w-]{43}$/);
    const token = link.slice("/setup/".length);
    const shown = succeeded(await readLink(ada(), { token }));
    expect(shown).toEqual({ kind: "invitation", email: "ines@example.com", name: "Ines" });
    expect(JSON.stringify(succeeded(await listPeople(ada(), wholePage)))).not.toContain(token);
    expect(JSON.stringify(succeeded(await listAudit(ada(), wholePage)))).not.toContain(token);
  });

  it("refuses an address that somebody has, in any case, also of two at once", async () => {
    const taken = { email: "VERA@example.com", name: "Vera 2", role: "viewer" } as const;
    expect(problemOf(await invitePerson(ada(), taken))).toMatchObject({ status: 409, code: "email_taken" });
    const twin = { email: "twin@example.com", name: "Twin", role: "viewer" } as const;
    const both = await Promise.all([invitePerson(ada(), twin), invitePerson(ada(), twin)]);
    expect(both.filter((answer) => answer.ok)).toHaveLength(1);
  });

  it.each([
    ["email", { email: "nobody", name: "N", role: "viewer" }],
    ["email", { email: `${"a".repeat(250)}@example.com`, name: "N", role: "viewer" }],
    ["name", { email: "n@example.com", name: " ", role: "viewer" }],
    ["name", { email: "n@example.com", name: "a\0b", role: "viewer" }],
    ["name", { email: "n@example.com", name: "a\ud800", role: "viewer" }],
    ["name", { email: "n@example.com", name: "x".repeat(101), role: "viewer" }],
    ["role", { email: "n@example.com", name: "N", role: "owner" }],
    ["role", { email: "n@example.com", name: "N" }],
  ])("names the field that does not validate: %s (%#)", async (path, input) => {
    const problem = problemOf(await invitePerson(ada(), input as never));
    expect(problem).toMatchObject({ status: 422, errors: [{ path }] });
  });
});

describe("changing", () => {
  it("a role counts from the next request on", async () => {
    await changePerson(ada(), { id: people.vera.id, change: { role: "operator" } });
    expect(await personOfSession(ada(), people.vera)).toMatchObject({ role: "operator", name: "Vera" });
  });

  it("answers 412 when it has moved on", async () => {
    const { id } = people.vera;
    const changed = succeeded(await changePerson(ada(), { id, ifMatch: 1, change: { name: "Vera B" } }));
    expect(changed).toMatchObject({ name: "Vera B", version: 2 });
    const late = await changePerson(ada(), { id, ifMatch: 1, change: { name: "Vera C" } });
    expect(problemOf(late)).toMatchObject({ status: 412, code: "precondition_failed" });
    expect(problemOf(await deletePerson(ada(), { id, ifMatch: 1 })).status).toBe(412);
    expect(succeeded(await findPerson(ada(), { id }))).toMatchObject({ name: "Vera B", version: 2 });
  });

  it("disabling ends every session and link; enabling brings neither back", async () => {
    const { id } = people.vera;
    const link = succeeded(await linkForPerson(ada(), { id }));
    expect(await personOfSession(ada(), people.vera)).not.toBeNull();
    succeeded(await changePerson(ada(), { id, change: { disabled: true } }));
    expect(await personOfSession(ada(), people.vera)).toBeNull();
    succeeded(await changePerson(ada(), { id, change: { disabled: false } }));
    expect(await personOfSession(ada(), people.vera)).toBeNull();
    expect(problemOf(await readLink(ada(), { token: link.slice(7) })).status).toBe(410);
  });

  it("says 404 for what is nobody's id", async () => {
    for (const id of ["nobody", "0197a4e0-0000-7000-8000-000000000000", "a\0"]) {
      expect(problemOf(await changePerson(ada(), { id, change: {} })).status).toBe(404);
      expect(problemOf(await deletePerson(ada(), { id })).status).toBe(404);
      expect(problemOf(await findPerson(ada(), { id })).status).toBe(404);
    }
  });
});

describe("the last admin", () => {
  it.each([
    ["demoted", () => changePerson(ada(), { id: people.ada.id, change: { role: "viewer" } })],
    ["disabled", () => changePerson(ada(), { id: people.ada.id, change: { disabled: true } })],
    ["deleted", () => deletePerson(ada(), { id: people.ada.id })],
  ])("is not %s", async (_what, act) => {
    expect(problemOf(await act())).toMatchObject({ status: 409, code: "last_admin" });
    // One who was invited and has no password yet, or is disabled, cannot take over.
    succeeded(await invitePerson(ada(), { email: "later@example.com", name: "Later", role: "admin" }));
    succeeded(await changePerson(ada(), { id: people.max.id, change: { role: "admin" } }));
    expect(problemOf(await act()).code).toBe("last_admin");
    succeeded(await changePerson(ada(), { id: people.otto.id, change: { role: "admin" } }));
    expect((await act()).ok).toBe(true);
  });

  it("stays when two demote each other at once", async () => {
    succeeded(await changePerson(ada(), { id: people.otto.id, change: { role: "admin" } }));
    const otto = by({ ...people.otto, role: "admin" });
    const both = await Promise.all([
      changePerson(ada(), { id: people.otto.id, change: { role: "viewer" } }),
      changePerson(otto, { id: people.ada.id, change: { role: "viewer" } }),
    ]);
    expect(both.filter((answer) => answer.ok)).toHaveLength(1);
  });
});

describe("the list", () => {
  beforeAll(() => {
    database.clock.at = (database.clock.at + 1) as never;
  });
  it("comes in pages, each person once", async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Listed<{ readonly id: string }> = succeeded(await listPeople(ada(), { limit: 2, cursor }));
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map((person) => person.id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen.sort()).toEqual(
      Object.values(people)
        .map((person) => person.id)
        .sort(),
    );
    expect(problemOf(await listPeople(ada(), { limit: 100, cursor: "x" })).status).toBe(400);
  });
});
