import { describe, expect, it } from "vitest";
import { cast } from "#lib/testing/people.ts";
import { type Actor, actorName, mayNot, type Permission, type Scope } from "./actor.ts";

const key = (scope: Scope): Actor => ({ kind: "key", id: "1", name: "deploy", scope });
const { vera, rosa, otto, ada } = cast;

describe("domain.md, Roles", () => {
  const rows: readonly [sentence: string, Permission, readonly [boolean, boolean, boolean, boolean]][] = [
    ["see everything but secrets", "see", [true, true, true, true]],
    ["acknowledge, note, assign, snooze, resolve incidents; run a matrix", "respond", [false, true, true, true]],
    ["accelerate, revert, pause, resume, run now, make good, set maintenance", "operate", [false, false, true, true]],
    [
      "edit schedules, routes, connections, channels, keys, people; read the audit log",
      "administer",
      [false, false, false, true],
    ],
    [
      "edit schedules, routes, connections, channels, keys, people; read the audit log",
      "manage_people",
      [false, false, false, true],
    ],
  ];
  it.each(rows)("%s (%s)", (_sentence, permission, may) => {
    expect([vera, rosa, otto, ada].map((person) => mayNot(person, permission) === null)).toEqual(may);
  });
});

describe("scopes of keys", () => {
  const may = (scope: Scope): Permission[] =>
    (["see", "respond", "operate", "administer", "manage_people", "report"] as const).filter(
      (permission) => mayNot(key(scope), permission) === null,
    );
  it("`read` (as viewer)", () => expect(may("read")).toEqual(["see"]));
  it("`write` (as admin, but for people and keys)", () =>
    expect(may("write")).toEqual(["see", "respond", "operate", "administer", "report"]));
  it("`report` (decisions, drains and check-ins only)", () => expect(may("report")).toEqual(["report"]));
  it("says 403 and what to do instead", () => {
    const problem = mayNot(key("write"), "manage_people");
    expect(problem).toMatchObject({ status: 403, code: "forbidden", doNext: "Sign in as an admin." });
  });
});

it("asks for credentials where there are none", () => expect(mayNot(null, "see")).toMatchObject({ status: 401 }));

it("the actor of a key's doing is the key by its name", () => expect(actorName(key("write"))).toBe("key deploy"));
