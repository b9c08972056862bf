/** Signing in by a real OpenID Connect provider (oidc-provider), in a browser, through the route as Next serves it. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page, test } from "@playwright/test";
import Provider from "oidc-provider";
import { openPage, signIn, visit } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

const SECRET = "a secret of the client";
const ACCOUNTS: Readonly<Record<string, object>> = {
  grace: { email: "grace@example.com", email_verified: true, name: "Grace Hopper", groups: ["ops"] },
  mallory: { email: "mallory@example.com", email_verified: true, name: "Mallory", groups: ["sales"] },
};

let provider: Server;
let rollcall: Rollcall;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  provider = createServer();
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  rollcall = await startRollcall({
    withAdmin: true,
    env: {
      ...{ ROLLCALL_OIDC_ISSUER: issuer, ROLLCALL_OIDC_CLIENT_ID: "rollcall", ROLLCALL_OIDC_CLIENT_SECRET: SECRET },
      ...{ ROLLCALL_OIDC_NAME: "Example", ROLLCALL_OIDC_ROLES: "operator=ops" },
    },
  });
  const made = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: "rollcall", client_secret: SECRET, grant_types: ["authorization_code"] },
        redirect_uris: [`${rollcall.url}/api/auth/callback/oidc`],
      },
    ],
    claims: { email: ["email", "email_verified"], profile: ["name", "groups"], openid: ["sub"] },
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
    cookies: { keys: ["only for tests"] },
    findAccount: (_ctx: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...ACCOUNTS[id] }) }),
  });
  provider.on("request", made.callback());
});
test.afterAll(async () => {
  await rollcall?.stop();
  provider?.closeAllConnections();
  await new Promise((resolve) => provider?.close(resolve));
});

/** Through the provider's own pages: who one is, and that Rollcall may know it. */
async function signInAs(page: Page, login: string): Promise<void> {
  await page.getByRole("button", { name: "Sign in with Example" }).click();
  await page.locator("input[name=login]").fill(login);
  await page.locator("input[name=password]").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}

test("somebody comes in by the provider with the role of their group, back to the page they wanted, and leaves", async ({
  browser,
}) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await visit(page, `${rollcall.url}/account`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await signInAs(page, "grace");
  await expect(page.getByRole("heading", { name: "Grace Hopper" })).toBeVisible();
  await expect(page).toHaveURL(`${rollcall.url}/account`);
  await expect(page.getByText("grace@example.com, operator")).toBeVisible();
  // Nobody who has only the provider is asked for a password.
  await expect(page.getByText("You come in by Example. There is no password here")).toBeVisible();
  await expect(page.locator("input[type=password]")).toHaveCount(0);
  await page.getByRole("main").getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("button", { name: "Sign in with Example" })).toBeVisible();
  await visit(page, `${rollcall.url}/schedules`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  expect(complaints.filter((one) => one.includes(rollcall.url))).toEqual([]);
  await context.close();
});

test("whom the provider knows without a role of ours is told so in words, and stays outside", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await visit(page, `${rollcall.url}/sign-in`);
  await signInAs(page, "mallory");
  await expect(page).toHaveURL(/\/sign-in\?refused=no_role$/);
  await expect(page.getByRole("alert").filter({ hasText: "role" })).toBeVisible();
  await visit(page, `${rollcall.url}/schedules`);
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await context.close();
});

test("a password goes on to open beside the provider, and its person may change it", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await visit(page, `${rollcall.url}/sign-in`);
  await expect(page.getByText("or with a password")).toBeVisible();
  await signIn(page, rollcall);
  await visit(page, `${rollcall.url}/account`);
  await expect(page.getByLabel("Present password")).toBeVisible();
  await expect(page.getByText("You come in by")).toHaveCount(0);
  await context.close();
});
