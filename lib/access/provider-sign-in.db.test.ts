/** Against a real provider (oidc-provider), through next-auth as it is served; only the browser is played by fetch. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import NextAuth from "next-auth";
import Provider from "oidc-provider";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { OidcConfig } from "#lib/config.ts";
import { log } from "#lib/log.ts";
import { runtime } from "#lib/runtime.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { insertCast, SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { nextAuthOptions } from "./next-auth.ts";
import { changePerson, invitePerson } from "./people.ts";
import { sessionIdOf } from "./session-cookie.ts";
import { endSession, personOfSession } from "./sessions.ts";
import { personByEmail } from "./store/people.ts";

const db = useDatabase();
const warned = vi.spyOn(log, "warn").mockImplementation(() => {});

interface Account {
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
  readonly groups?: readonly string[];
}
const accounts = new Map<string, Account>();

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

let provider: Server;
let app: Server;
let config: OidcConfig;
let issuer: string;

beforeAll(async () => {
  await insertCast(db.sql, db.clock.now());
  const web = express();
  web.use(express.urlencoded({ extended: false }));
  web.use("/api/auth", (request, response) => {
    const cookies = Object.fromEntries(
      (request.headers.cookie ?? "").split("; ").map((one) => {
        const equals = one.indexOf("=");
        return [one.slice(0, equals), decodeURIComponent(one.slice(equals + 1))];
      }),
    );
    const query = { ...request.query, nextauth: request.path.split("/").filter(Boolean) };
    const seen = { address: "192.0.2.7", userAgent: "test", onRefusal: () => {} };
    Object.defineProperty(request, "query", { value: query });
    return NextAuth(Object.assign(request, { cookies }) as never, response as never, nextAuthOptions(seen));
  });
  app = createServer(web);
  const publicUrl = await listen(app);
  provider = createServer();
  issuer = await listen(provider);
  const made = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: "rollcall", client_secret: "a secret of the client", grant_types: ["authorization_code"] },
        redirect_uris: [`${publicUrl}/api/auth/callback/oidc`],
      },
    ],
    claims: { email: ["email", "email_verified"], profile: ["name", "groups"], openid: ["sub"] },
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
    cookies: { keys: ["only for tests"] },
    findAccount: (_ctx: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...accounts.get(id) }) }),
  });
  provider.on("request", made.callback());
  config = {
    ...{ issuer, clientId: "rollcall", clientSecret: "a secret of the client", name: "Test", roleClaim: "groups" },
    roles: [
      { role: "admin", value: "ops-admins" },
      { role: "operator", value: "ops" },
    ],
    ...{ defaultRole: null, linkVerifiedEmail: false },
  };
  Object.assign(runtime().config, { publicUrl });
});
afterAll(async () => {
  for (const server of [app, provider]) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
beforeEach(() => {
  Object.assign(runtime().config, { oidc: config });
  accounts.clear();
  warned.mockClear();
});
const with_ = (change: Partial<OidcConfig>) => Object.assign(runtime().config, { oidc: { ...config, ...change } });

/** A browser as far as sign-in needs one: cookies by host, redirects one at a time. */
class Browser {
  readonly cookies = new Map<string, Map<string, string>>();

  jar(url: string): Map<string, string> {
    const { host } = new URL(url);
    const jar = this.cookies.get(host) ?? new Map<string, string>();
    this.cookies.set(host, jar);
    return jar;
  }
  async ask(url: string, form?: Readonly<Record<string, string>>): Promise<Response> {
    const jar = this.jar(url);
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
      ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "" || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }
  /** To the page on which it ends. */
  async follow(url: string, login: string): Promise<string> {
    const { publicUrl } = runtime().config;
    let here = url;
    for (let step = 0; step < 20; step++) {
      if (here.startsWith(publicUrl) && !here.includes("/api/auth/")) return here;
      const response = await this.ask(here);
      const location = response.headers.get("location");
      if (location !== null) {
        here = new URL(location, here).href;
        continue;
      }
      const page = await response.text();
      const action = /action="([^"]+)"/.exec(page)?.[1];
      const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
      if (action === undefined || prompt === undefined)
        throw new Error(`${here}: ${response.status} ${page.slice(0, 300)}`);
      const form = prompt === "login" ? { prompt, login, password: "any" } : { prompt };
      const answer = await this.ask(new URL(action, here).href, form);
      here = new URL(answer.headers.get("location") ?? here, here).href;
    }
    throw new Error("it goes round in a circle");
  }
  async signIn(login: string): Promise<string> {
    const { publicUrl } = runtime().config;
    const { csrfToken } = (await (await this.ask(`${publicUrl}/api/auth/csrf`)).json()) as { csrfToken: string };
    const form = { csrfToken, callbackUrl: publicUrl };
    const begun = await this.ask(`${publicUrl}/api/auth/signin/oidc`, form);
    return (await this.follow(begun.headers.get("location") ?? "", login)).slice(publicUrl.length);
  }
  async person() {
    const { publicUrl } = runtime().config;
    const header = [...this.jar(publicUrl)].map(([name, value]) => `${name}=${value}`).join("; ");
    const sessionId = await sessionIdOf(header, runtime().config);
    return sessionId === null ? null : personOfSession({ now: db.clock.now() }, { sessionId });
  }
}

const grace = { email: "grace@example.com", email_verified: true, name: "Grace Hopper", groups: ["ops", "staff"] };

test("somebody new is made with the role of their group, and has a session like any other", async () => {
  accounts.set("grace", grace);
  const browser = new Browser();
  expect(await browser.signIn("grace")).toBe("/");
  const person = await browser.person();
  expect(person).toMatchObject({ email: "grace@example.com", name: "Grace Hopper", role: "operator" });
  expect(await personByEmail(db.sql, "grace@example.com")).toMatchObject({ invited: false, byProvider: true });

  await endSession({ now: db.clock.now() }, { sessionId: person?.sessionId ?? "" });
  expect(await browser.person()).toBeNull();
});

test("the role is mapped anew at each sign-in, the highest of several", async () => {
  accounts.set("grace", { ...grace, groups: ["ops", "ops-admins"] });
  const browser = new Browser();
  await browser.signIn("grace");
  expect((await browser.person())?.role).toBe("admin");
  accounts.set("grace", grace);
  const again = new Browser();
  await again.signIn("grace");
  expect((await again.person())?.role).toBe("operator");
  expect((await browser.person())?.role).toBe("operator");
});

test("without a mapped role nobody comes in, and sessions that they had end", async () => {
  accounts.set("grace", grace);
  const before = new Browser();
  await before.signIn("grace");
  accounts.set("grace", { ...grace, groups: ["staff"] });
  const browser = new Browser();
  expect(await browser.signIn("grace")).toBe("/sign-in?refused=no_role");
  expect(await browser.person()).toBeNull();
  expect(await before.person()).toBeNull();
  with_({ defaultRole: "viewer" });
  expect(await new Browser().signIn("grace")).toBe("/");
});

test("an account with a password is not taken over by its address, unless that is verified and the policy says so", async () => {
  accounts.set("mallory", { ...grace, email: "rosa@example.com" });
  expect(await new Browser().signIn("mallory")).toBe("/sign-in?refused=email_taken");
  with_({ linkVerifiedEmail: true });
  accounts.set("mallory", { ...grace, email: "rosa@example.com", email_verified: false });
  expect(await new Browser().signIn("mallory")).toBe("/sign-in?refused=email_taken");
  accounts.set("rosa", { ...grace, email: "rosa@example.com" });
  const browser = new Browser();
  expect(await browser.signIn("rosa")).toBe("/");
  expect(await browser.person()).toMatchObject({ name: "Rosa", role: "operator" });
  // Whom the provider knows under another name is somebody else.
  accounts.set("mallory", { ...grace, email: "rosa@example.com" });
  expect(await new Browser().signIn("mallory")).toBe("/sign-in?refused=email_taken");
});

test("an open invitation is accepted by a verified address", async () => {
  const ctx = { actor: SYSTEM, now: db.clock.now() };
  succeeded(await invitePerson(ctx, { email: "ida@example.com", name: "Ida", role: "viewer" }));
  accounts.set("ida", { ...grace, email: "ida@example.com" });
  expect(await new Browser().signIn("ida")).toBe("/");
  expect(await personByEmail(db.sql, "ida@example.com")).toMatchObject({ invited: false, byProvider: true });
});

test("a disabled person, and one without an address, stay outside", async () => {
  accounts.set("grace", grace);
  const person = await personByEmail(db.sql, grace.email);
  const ctx = { actor: SYSTEM, now: db.clock.now() };
  succeeded(await changePerson(ctx, { id: person?.id ?? "", change: { disabled: true } }));
  expect(await new Browser().signIn("grace")).toBe("/sign-in?refused=person_disabled");
  succeeded(await changePerson(ctx, { id: person?.id ?? "", change: { disabled: false } }));
  accounts.set("nobody", { groups: ["ops"] });
  expect(await new Browser().signIn("nobody")).toBe("/sign-in?refused=no_email");
});

test("the last admin stays one whatever the provider says, and that is said", async () => {
  accounts.set("root", { ...grace, email: "root@example.com", groups: ["ops-admins"] });
  await new Browser().signIn("root");
  const ada = await personByEmail(db.sql, "ada@example.com");
  const ctx = { actor: SYSTEM, now: db.clock.now() };
  succeeded(await changePerson(ctx, { id: ada?.id ?? "", change: { role: "viewer" } }));
  accounts.set("root", { ...grace, email: "root@example.com", groups: ["ops"] });
  const browser = new Browser();
  expect(await browser.signIn("root")).toBe("/");
  expect((await browser.person())?.role).toBe("admin");
  expect(warned.mock.calls.flat().join()).toContain("the last admin stays admin");
});

test("another issuer than the one that is set up is refused, and so is an answer without its state", async () => {
  accounts.set("grace", grace);
  // The same provider under another name: its discovery document and tokens say who it really is.
  with_({ issuer: issuer.replace("127.0.0.1", "localhost") });
  expect(await new Browser().signIn("grace")).toBe("/sign-in?refused=wrong_issuer");
  with_({});
  const { publicUrl } = runtime().config;
  const stolen = `${publicUrl}/api/auth/callback/oidc?code=stolen&state=made-up`;
  expect(await new Browser().follow(stolen, "")).toMatch(/\/sign-in\?.*error=OAuthCallback/);
});
