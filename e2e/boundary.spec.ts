import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Page, test } from "@playwright/test";
import { createGate, type Gate } from "#gate/index-node.ts";
import { ask, comeIn, join, openPage, settled, visit } from "./pages.ts";
import { ADMIN, API_KEY, type Rollcall, startRollcall } from "./rollcall.ts";

/** What the gate wants, and what the scheduler has. */
const SIGNING = "what the new middleware signs with, 44 chars";
const CRON_SECRET = "correct-horse-battery-staple-ok!";
const VERA = { role: "viewer", name: "Vera", email: "vera@example.com", password: ADMIN.password };

let rollcall: Rollcall;
let gate: Gate;
let app: Server;
let origin = "";

// One route's story: what the first makes the others look at.
test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  test.setTimeout(400_000);
  rollcall = await startRollcall({ withAdmin: true });
  app = createServer((request, response) => {
    gate.node((_, answer) => answer.end("ran"))(request, response);
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
});
test.afterAll(async () => {
  app?.close();
  await rollcall?.stop();
});

/** As Vercel Cron calls. */
const call = () =>
  fetch(`${origin}/api/cron/nightly`, {
    headers: {
      ...{ authorization: `Bearer ${CRON_SECRET}`, "user-agent": "vercel-cron/1.0" },
      "x-vercel-cron-schedule": "0 2 * * *",
    },
  });

async function makeRoute(page: Page): Promise<string> {
  await visit(page, `${rollcall.url}/boundary`);
  await expect(page.getByText("A protected route is an address that only its scheduler ought to call.")).toBeVisible();
  await page.getByRole("link", { name: "Protect a route" }).click();
  await page.getByLabel("Name", { exact: true }).fill("cron-api");
  await page.getByLabel("The gate lets in what proves itself as").selectOption("hmac");
  await page.getByLabel("the signing secret").fill(SIGNING);
  await page.getByLabel("the header that carries the signature (optional)").fill("x-signature");
  await page.getByLabel("The platform that calls it proves itself in the same way").uncheck();
  await page.getByLabel("It is called by").selectOption("vercel-cron");
  await page.getByLabel("CRON_SECRET of the Vercel project").fill(CRON_SECRET);
  await page.getByLabel("Address", { exact: true }).fill(`${origin}/api/cron/nightly`);
  await page.getByLabel("Read-only address, for the matrix").fill(`${origin}/api/cron/probe`);
  await page.getByLabel("Its addresses may lie in a private network").check();
  await page.getByRole("button", { name: "Make the route" }).click();
  const dialog = page.getByRole("dialog");
  const gateKey = (await dialog.locator("code").textContent()) ?? "";
  expect(gateKey).toMatch(/^rgk_[\w-]{43}$/);
  await dialog.getByRole("button", { name: "I have it" }).click();
  await expect(page.getByRole("heading", { name: "cron-api" })).toBeVisible();
  await expect(page.getByText("called by Vercel Cron")).toBeVisible();
  await expect(page.getByText("expects HMAC signature")).toBeVisible();
  return gateKey;
}

test("a scheduled request is refused, and from the barrier on the timeline one comes to what differs", async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const { page, complaints } = await openPage(context);
  await comeIn(page, rollcall);
  const gateKey = await makeRoute(page);
  expect((await page.content()).includes(SIGNING)).toBe(false);

  gate = createGate({
    ...{ route: "cron-api", contract: { kind: "hmac", header: "x-signature", secret: SIGNING }, gateKey },
    report: { url: rollcall.url, key: API_KEY },
  });
  const anchor = new Date(Date.now() + 4_000).toISOString();
  await ask(rollcall, "/schedules/nightly", {
    method: "PUT",
    body: {
      ...{ name: "Nightly", spec: { kind: "interval", everySeconds: 3_600, anchor }, timezone: "UTC" },
      ...{ graceSeconds: 2, route: "cron-api", path: "/api/cron/nightly" },
    },
  });
  expect((await call()).status).toBe(401);
  await gate.flush();
  let incident = "";
  await expect
    .poll(async () => (incident = (await ask(rollcall, "/incidents")).items[0]?.id ?? ""), { timeout: 60_000 })
    .not.toBe("");

  await visit(page, `${rollcall.url}/?range=5m`);
  await expect(page.getByRole("listitem").filter({ hasText: "Nightly" })).toBeVisible();
  await settled(page);
  await page.keyboard.press("j");
  const panel = page.getByRole("complementary", { name: "The chosen window" });
  await expect(panel).toContainText("Refused before the run");
  await expect(panel).toContainText("Boundary refused it");
  await expect(panel).toContainText("wrong_contract");
  await expect(panel).toContainText("this route expects an HMAC signature over the body in x-signature");
  await panel.getByRole("link", { name: "Route cron-api" }).click();
  const decision = page.getByRole("list", { name: "Decisions" }).getByRole("listitem").first();
  await expect(decision.getByRole("button", { expanded: true })).toContainText("wrong_contract");
  await expect(decision.getByRole("row", { name: /^Proof/ })).toContainText("bearer secret in authorization");
  await expect(decision.getByRole("row", { name: /^Proof/ })).toContainText("an HMAC signature over the body");
  await expect(decision.getByRole("row", { name: /^Looks like/ })).toContainText("Vercel Cron");

  await visit(page, `${rollcall.url}/incidents/${incident}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Refused at the boundary");
  const diff = page.getByRole("region", { name: "What the request carried, and what the route expects" });
  await expect(diff.getByRole("row", { name: /^Looks like/ })).toContainText("Vercel Cron");
  await diff.getByRole("link", { name: "What cron-api decided, and its matrix" }).click();
  await expect(page.getByRole("heading", { name: "cron-api" })).toBeVisible();

  // Strangers are told apart, and filters live in the address.
  expect((await fetch(`${origin}/elsewhere`)).status).toBe(401);
  await gate.flush();
  await expect(page.getByText("1 from strangers")).toBeVisible({ timeout: 30_000 });
  await page.getByRole("combobox", { name: "Who called" }).selectOption("stranger");
  await expect(page).toHaveURL(/via=stranger/);
  await expect(page.getByRole("list", { name: "Decisions" })).toContainText("missing_credentials");
  await expect(page.getByRole("list", { name: "Decisions" })).not.toContainText("wrong_contract");
  expect(complaints).toEqual([]);
  await context.close();
});

test("two who edit one route at once: the second is told, and secrets that nobody touched stay", async ({
  browser,
}) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/boundary/cron-api/edit`);
  await expect(page.getByText(/^Set, 44 characters/)).toBeVisible();
  const before = await ask(rollcall, "/routes/cron-api");
  await ask(rollcall, "/routes/cron-api", { method: "PUT", body: { ...before, proxy: "caddy" } });
  await page.getByLabel("Where a proxy asks Rollcall, it is").selectOption("envoy");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Somebody else has saved version 2 meanwhile");
  await expect(dialog.getByRole("listitem")).toHaveText(["Proxy"]);
  await dialog.getByRole("button", { name: "Save mine over theirs" }).click();
  await expect(page.getByRole("heading", { name: "cron-api" })).toBeVisible();
  expect(await ask(rollcall, "/routes/cron-api")).toMatchObject({
    ...{ version: 3, proxy: "envoy", contract: { secret: { set: true, length: 44 } } },
    caller: { secret: { set: true, length: 32 } },
  });
  await context.close();
});

test("a route that a schedule crosses is not deleted; one that none crosses is, once its name is written", async ({
  browser,
}) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  const contract = { kind: "bearer", secret: "short" };
  await ask(rollcall, "/routes/weak", { method: "PUT", body: { contract } });
  await visit(page, `${rollcall.url}/boundary`);
  const weak = page.getByRole("main").getByRole("listitem").filter({ hasText: "weak" });
  await expect(weak).toContainText("the gate refuses every request until it is replaced");
  for (const [name, left] of [
    ["cron-api", ["cron-api", "weak"]],
    ["weak", ["cron-api"]],
  ] as const) {
    await visit(page, `${rollcall.url}/boundary/${name}`);
    await page.getByRole("button", { name: "More about this route" }).click();
    await page.getByRole("menuitem", { name: "Delete…" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByRole("button", { name: "Delete" })).toBeDisabled();
    await dialog.getByLabel(`Write ${name} to be sure`).fill(name);
    await dialog.getByRole("button", { name: "Delete" }).click();
    await expect(dialog).toBeHidden();
    const { items } = await ask(rollcall, "/routes");
    expect(items.map((one: { readonly name: string }) => one.name)).toEqual(left);
  }
  await context.close();
});

test("a viewer sees the boundary, and changes nothing of it", async ({ browser }) => {
  const context = await browser.newContext();
  const { page: vera, complaints } = await openPage(context);
  await join(vera, rollcall, VERA);
  await vera.getByRole("link", { name: "Boundary" }).click();
  await vera.getByRole("link", { name: "cron-api" }).click();
  await expect(vera.getByRole("list", { name: "Decisions" })).toContainText("wrong_contract");
  await settled(vera);
  const changing = /^(Edit|Run matrix|Run again|More about this route|Protect)/;
  for (const role of ["button", "link"] as const) {
    await expect(vera.getByRole("main").getByRole(role, { name: changing })).toHaveCount(0);
  }
  for (const path of ["/boundary/new", "/boundary/cron-api/edit"]) {
    await visit(vera, `${rollcall.url}${path}`);
    await expect(vera.getByText("This needs the role admin; yours is viewer.")).toBeVisible();
    await expect(vera.getByRole("main").getByRole("textbox")).toHaveCount(0);
  }
  expect(complaints).toEqual([]);
  await context.close();
});
