import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast, type PersonActor } from "#lib/testing/people.ts";
import { problemOf, succeeded } from "#lib/testing/result.ts";
import { createKey } from "./keys.ts";
import { actorOfRequest } from "./request-actor.ts";
import { sessionToken } from "./session-cookie.ts";
import { endSession } from "./sessions.ts";

const database = useDatabase();
let people: Cast;
let key: string;

beforeAll(async () => {
  people = await insertCast(database.sql, database.clock.now());
  const ctx = { actor: people.ada, now: database.clock.now() };
  key = succeeded(await createKey(ctx, { name: "deploy", scope: "read" })).text;
});

const cookieOf = async (person: PersonActor, secret = database.runtime.config.secret): Promise<string> =>
  `theme=dark; next-auth.session-token=${await sessionToken({ personId: person.id, sessionId: person.sessionId }, secret)}; a=b`;
const origin = () => database.runtime.config.publicUrl;
const ask = async (headers: Record<string, string>, method = "GET") => {
  const node = await actorOfRequest({ headers, method });
  expect(await actorOfRequest({ headers: new Headers(headers), method })).toEqual(node);
  return node;
};

describe("who sends a request", () => {
  it("`Authorization: Bearer <api key>` (or `X-Api-Key`)", async () => {
    const deploy = { kind: "key", name: "deploy", scope: "read" };
    for (const headers of [
      { authorization: `Bearer ${key}` },
      { authorization: `bearer  ${key}` },
      { "x-api-key": key },
      { authorization: "Basic YTpi", "x-api-key": key },
    ]) {
      expect(succeeded(await ask(headers, "POST"))).toMatchObject(deploy);
    }
  });

  it("a key that is not good is 401, whatever cookie comes along", async () => {
    const cookie = await cookieOf(people.ada);
    for (const headers of [
      { authorization: "Bearer rck_nope", cookie },
      { authorization: "Bearer ", cookie },
      { "x-api-key": "", cookie },
      { authorization: "Bearer nope", "x-api-key": key },
    ]) {
      expect(problemOf(await ask(headers))).toMatchObject({ status: 401, code: "unauthenticated" });
    }
  });

  it("or a signed-in session, also behind a proxy that asks for a password of its own", async () => {
    const cookie = await cookieOf(people.otto);
    expect(succeeded(await ask({ cookie }))).toEqual(people.otto);
    expect(succeeded(await ask({ cookie, authorization: "Basic YTpi" }))).toEqual(people.otto);
  });

  it("nobody: without credentials, with a foreign cookie, of a disabled person", async () => {
    expect(succeeded(await ask({}))).toBeNull();
    for (const cookie of [
      "next-auth.session-token=",
      "next-auth.session-token=abc.def",
      "next-auth.session-token",
      await cookieOf(people.otto, "another-secret-entirely"),
      await cookieOf(people.max),
    ]) {
      expect(succeeded(await ask({ cookie }))).toBeNull();
    }
  });

  it("nobody once the session has ended", async () => {
    const cookie = await cookieOf(people.rosa);
    expect(succeeded(await ask({ cookie }))).toEqual(people.rosa);
    succeeded(await endSession({ now: database.clock.now() }, people.rosa));
    expect(succeeded(await ask({ cookie }))).toBeNull();
  });
});

describe("a signed-in session (whose writes need our own `Origin`)", () => {
  it.each(["POST", "PUT", "PATCH", "DELETE"])("%s", async (method) => {
    const cookie = await cookieOf(people.otto);
    const evil = { cookie, origin: "https://evil.example" };
    expect(problemOf(await ask({ cookie }, method))).toMatchObject({ status: 403, code: "foreign_origin" });
    expect(problemOf(await ask(evil, method))).toMatchObject({ status: 403, code: "foreign_origin" });
    expect(succeeded(await ask({ cookie, origin: origin() }, method))).toEqual(people.otto);
    expect(
      succeeded(await ask({ authorization: `Bearer ${key}`, origin: "https://evil.example" }, method)),
    ).not.toBeNull();
  });
  it("reads do not", async () => {
    const headers = { cookie: await cookieOf(people.otto), origin: "https://evil.example" };
    expect(succeeded(await ask(headers))).toEqual(people.otto);
  });
});
