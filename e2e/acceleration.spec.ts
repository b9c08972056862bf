import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, expect, type Page, test } from "@playwright/test";
import { createGate, type Gate } from "#gate/index-node.ts";
import { ask, openPage, settled, signIn } from "./pages.ts";
import { ADMIN, API_KEY, type Rollcall, startRollcall } from "./rollcall.ts";

/** What the gate wants after the hardening, and what the scheduler has. */
const SIGNING = "what the new middleware signs with, 44 chars";
const CRON_SECRET = "correct-horse-battery-staple-ok!";
const VERA = { name: "Vera", email: "vera@example.com", password: ADMIN.password };
/** A period of ten seconds, a loop of the engine, and what a screen takes to show it. */
const SOON = { timeout: 60_000 };

let rollcall: Rollcall;
let gate: Gate;
let gateKey = "";
let app: Server;
let origin = "";
/** What the target was called with, when it was let in. */
const ran: Readonly<Record<string, unknown>>[] = [];

// One story: what is broken in the first test stays mended in the others.
test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  test.setTimeout(400_000);
  rollcall = await startRollcall({ withAdmin: true });
  app = createServer((request, response) => {
    gate.node((inside, answer) => {
      if (!inside.url?.endsWith("/probe")) ran.push(inside.headers);
      answer.end("ran");
    })(request, response);
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;
});
test.afterAll(async () => {
  app?.close();
  await rollcall?.stop();
});

const HARDENED = { kind: "hmac", header: "x-signature", secret: SIGNING } as const;
const VERCEL = { kind: "vercel-cron", secret: CRON_SECRET } as const;

function putGate(contract: typeof HARDENED | typeof VERCEL): void {
  gate = createGate({ route: "cron-api", contract, gateKey, report: { url: rollcall.url, key: API_KEY } });
}

const route = (contract: unknown) =>
  ask(rollcall, "/routes/cron-api", {
    method: "PUT",
    body: {
      ...{ contract, caller: VERCEL, allowPrivateNetwork: true },
      ...{ url: `${origin}/api/cron/nightly`, probeUrl: `${origin}/api/cron/probe` },
    },
  });

/** A schedule that Rollcall fires itself, at an hour's distance: nobody wants to wait for the next one. */
const fired = (slug: string, anchor: number) =>
  ask(rollcall, `/schedules/${slug}`, {
    method: "PUT",
    body: {
      ...{ name: "Nightly", timezone: "UTC", graceSeconds: 2, route: "cron-api", path: "/api/cron/nightly" },
      spec: { kind: "interval", everySeconds: 3_600, anchor: new Date(anchor).toISOString() },
      driver: {
        kind: "rollcall",
        target: {
          ...{ url: `${origin}/api/cron/nightly`, method: "GET", contract: "vercel-cron", allowPrivateNetwork: true },
          headers: { "x-tenant": "one", "x-api-key": "a key that nobody sees again" },
        },
      },
    },
  });

async function openAs(browser: Browser, who: { readonly email: string; readonly password: string }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const opened = await openPage(context);
  await signIn(opened.page, rollcall, who);
  return { context, ...opened };
}

const stage = (page: Page, name: string) =>
  page.getByRole("region", { name: "How far it has come" }).getByRole("listitem").filter({ hasText: name });

test("from a broken contract to an incident that is resolved, in one sitting", async ({ browser }) => {
  test.setTimeout(300_000);
  const { context, page, complaints } = await openAs(browser, ADMIN);
  let incident = "";

  await test.step("the gate was hardened against the wrong contract: the run is missing, and an incident says why", async () => {
    ({ gateKey } = await route(HARDENED));
    putGate(HARDENED);
    await fired("nightly", Date.now() + 4_000);
    await expect
      .poll(async () => (incident = (await ask(rollcall, "/incidents")).items[0]?.id ?? ""), SOON)
      .not.toBe("");
    await page.goto(`${rollcall.url}/incidents/${incident}`);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Refused at the boundary");
    expect(ran).toEqual([]);
  });

  const dialog = page.getByRole("dialog");
  await test.step("it is not accelerated before the matrix is green: the dialog says so, and runs it", async () => {
    await page.getByRole("button", { name: "Accelerate…" }).click();
    await expect(dialog.getByRole("heading")).toHaveText("Accelerate Nightly");
    await expect(dialog).toContainText("The matrix of cron-api never ran");
    await dialog.getByRole("button", { name: "Run the matrix" }).click();
    await expect(dialog).toContainText(/The matrix of cron-api is at \d+ of \d+/, SOON);
    await expect(dialog.getByLabel("Why it is accelerated all the same")).toBeVisible();
  });

  await test.step("the fix: the gate is told who really calls, and the matrix turns green", async () => {
    await route(VERCEL);
    putGate(VERCEL);
    await dialog.getByRole("button", { name: "Run the matrix" }).click();
    await expect(dialog).toContainText("The matrix of cron-api is green", SOON);
    await expect(dialog.getByLabel("Why it is accelerated all the same")).toHaveCount(0);
  });

  await test.step("what it would cost is told before, and what is not filled in", async () => {
    await dialog.getByRole("button", { name: "every 10 s" }).click();
    await dialog.getByLabel("At most for").fill("10 min");
    await expect(dialog).toContainText(/(59|60) runs at most/);
    await dialog.getByLabel("Cost of a run").fill("0.02");
    await expect(dialog).toContainText(/which cost 1\.(18|20)/);
    await expect(dialog).toContainText("It ends with the first good run, at 0.02.");
    await dialog.getByRole("button", { name: "Accelerate to every 10 s" }).click();
    await expect(dialog).toContainText("Say what for: it stands in its history.");
    await dialog.getByLabel("What for").fill("See whether the gate lets it in");
    await dialog.getByRole("button", { name: "Accelerate to every 10 s" }).click();
  });

  await test.step("the first run confirms it, and the original is put back and read back", async () => {
    await expect(page).toHaveURL(/\/accelerations\/[0-9a-f-]{36}$/, SOON);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("nightly: every hour → every 10 s");
    await expect(stage(page, "Reverted")).toContainText("Reverted: done", SOON);
    await expect(stage(page, "Applied")).toContainText("Applied: done");
    await expect(stage(page, "Confirmed")).toContainText("A run succeeded.");
    await expect(stage(page, "Reverted")).toContainText("The original was read back");
    await expect(page.getByRole("region", { name: "Steps", exact: true }).first()).toContainText(
      "The original is kept",
    );
    // The banner is gone with it.
    await expect(page.getByRole("region", { name: "Accelerated" })).toHaveCount(0);
    expect(ran.length).toBeGreaterThan(0);
    expect(ran[0]).toMatchObject({ "x-tenant": "one", "x-api-key": "a key that nobody sees again" });
  });

  await test.step("the incident is resolved by it", async () => {
    await expect.poll(async () => (await ask(rollcall, `/incidents/${incident}`)).state, SOON).toBe("resolved");
    await page.goto(`${rollcall.url}/incidents/${incident}`);
    await expect(page.getByText(/^Resolved/).first()).toBeVisible();
    const { items } = await ask(rollcall, "/accelerations?schedule=nightly");
    expect(items).toMatchObject([{ state: "reverted", outcome: "confirmed" }]);
    const now = new Date();
    const span = `from=${new Date(now.getTime() - 600_000).toISOString()}&to=${now.toISOString()}&width=1000`;
    const { lanes } = await ask(rollcall, `/timeline?${span}&slugs=nightly`);
    expect(lanes[0].accelerations).toMatchObject([{ id: items[0].id, confirmedAt: expect.any(String), revertedAt: expect.any(String) }]); // biome-ignore format: one line
  });

  await test.step("its history stands among the accelerations", async () => {
    await page.getByRole("link", { name: "Accelerations" }).click();
    const row = page.getByRole("list", { name: "Accelerations" }).getByRole("listitem");
    await expect(row).toContainText("See whether the gate lets it in");
    await expect(row).toContainText("confirmed");
    await page.getByRole("combobox", { name: "State" }).selectOption("active");
    await expect(page).toHaveURL(/state=active/);
    await expect(page.getByText("None is in this state")).toBeVisible();
  });

  expect(complaints).toEqual([]);
  await context.close();
});

test("while one is under way every page says so; a viewer looks on, an operator reverts it now", async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const { context, page, complaints } = await openAs(browser, ADMIN);
  await page.goto(`${rollcall.url}/settings/people`);
  await page.getByLabel("E-mail").fill(VERA.email);
  await page.getByLabel("Name").fill(VERA.name);
  await page.getByRole("combobox", { name: "Role", exact: true }).selectOption("viewer");
  await page.getByRole("button", { name: "Invite" }).click();
  const link = (await page.getByRole("dialog").locator("code").textContent()) ?? "";
  const veras = await browser.newContext();
  const { page: vera, complaints: veraComplains } = await openPage(veras);
  await vera.goto(link);
  await vera.getByLabel("Password").fill(VERA.password);
  await vera.getByRole("button", { name: "Come in" }).click();
  await expect(vera.getByRole("heading", { name: "Timeline" })).toBeVisible();

  await ask(rollcall, "/schedules/nightly/accelerations", {
    method: "POST",
    body: {
      ...{ spec: { kind: "interval", everySeconds: 300 }, maxDurationSeconds: 3_600, confirmedRunsWanted: 5 },
      reason: "Five good ones in a row",
    },
  });
  const banner = (on: Page) => on.getByRole("region", { name: "Accelerated" }).first();
  for (const path of ["/", "/schedules", "/settings/people"]) {
    await vera.goto(`${rollcall.url}${path}`);
    await expect(banner(vera)).toContainText(/nightly fires every 5 min for (59:\d\d|1:00:00) more/, SOON);
    await expect(banner(vera).getByRole("button")).toHaveCount(0);
  }
  await vera.goto(`${rollcall.url}/schedules/nightly`);
  await expect(stage(vera, "Applied")).toContainText("Applied: done", SOON);
  for (const path of ["/schedules/nightly", "/accelerations"]) {
    await vera.goto(`${rollcall.url}${path}`);
    await settled(vera);
    await expect(
      vera.getByRole("button", { name: /^(Accelerate|Revert|Run now|Put the original|Keep theirs)/ }),
    ).toHaveCount(0);
  }

  await test.step("its page tells who may what of an accelerated schedule", async () => {
    await page.goto(`${rollcall.url}/schedules/nightly`);
    await expect(page.getByRole("button", { name: "Accelerate…" })).toHaveCount(0);
    await page.goto(`${rollcall.url}/accelerations`);
    const row = page.getByRole("list", { name: "Accelerations" }).getByRole("listitem").first();
    await expect(row).toContainText("running");
    await expect(row).toContainText("0 of 5 confirmed");
  });

  await test.step("revert now, from the banner", async () => {
    await banner(page).getByRole("button", { name: "Revert now: nightly" }).click();
    await expect(banner(page)).toHaveCount(0, SOON);
    await expect(page.getByRole("list", { name: "Accelerations" }).getByRole("listitem").first()).toContainText(
      "cancelled",
    );
    await expect(banner(vera)).toHaveCount(0, SOON);
  });
  expect([...complaints, ...veraComplains]).toEqual([]);
  await veras.close();
  await context.close();
});

test("who fires it is told in the editor: a secret that nobody touched stays; it is run by hand from its page", async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const { context, page, complaints } = await openAs(browser, ADMIN);
  await page.goto(`${rollcall.url}/schedules/nightly/edit`);
  const who = page.getByRole("region", { name: "Who fires it" });
  await expect(who.getByLabel("Address", { exact: true })).toHaveValue(`${origin}/api/cron/nightly`);
  await expect(who.getByLabel("It proves itself as")).toHaveValue("vercel-cron");
  await expect(who.getByLabel("Value of x-api-key")).toHaveAttribute("placeholder", /set, 28 characters/);
  expect((await page.content()).includes("a key that nobody sees again")).toBe(false);
  await who.getByLabel("Value of x-tenant").fill("two");
  await who.getByLabel("Gives up after").fill("10 s");
  await page.getByRole("button", { name: /^Save as version/ }).click();
  await expect(page).toHaveURL(/\/schedules\/nightly$/);
  await expect(page.getByRole("region", { name: "Facts" })).toContainText("Rollcall, GET");

  ran.length = 0;
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(page.getByText("Fired: Nightly")).toBeVisible();
  await expect.poll(() => ran.length, SOON).toBe(1);
  expect(ran[0]).toMatchObject({ "x-tenant": "two", "x-api-key": "a key that nobody sees again" });
  expect(complaints).toEqual([]);
  await context.close();
});

test("what was missed while nobody answered is run, each by the name of its window, at a pace", async ({ browser }) => {
  test.setTimeout(240_000);
  const answered: string[] = [];
  const late = createServer((request, response) => {
    answered.push(String(request.headers["rollcall-scheduled-for"]));
    response.end("ran");
  });
  await new Promise<void>((resolve) => late.listen(0, "127.0.0.1", resolve));
  const { port } = late.address() as AddressInfo;
  await new Promise((resolve) => late.close(resolve));
  const target = { url: `http://127.0.0.1:${port}/`, method: "POST", allowPrivateNetwork: true };
  await ask(rollcall, "/schedules/catcher", {
    method: "PUT",
    body: {
      ...{ name: "Catcher", timezone: "UTC", graceSeconds: 1, spec: { kind: "interval", everySeconds: 6 } },
      driver: { kind: "rollcall", target },
    },
  });
  let incident = "";
  const missed = async () => {
    incident = (await ask(rollcall, "/incidents?schedule=catcher")).items[0]?.id ?? "";
    return incident === "" ? 0 : (await ask(rollcall, `/incidents/${incident}`)).windows.length;
  };
  await expect.poll(missed, SOON).toBeGreaterThanOrEqual(3);
  await new Promise<void>((resolve) => late.listen(port, "127.0.0.1", resolve));
  await expect.poll(async () => (await ask(rollcall, `/incidents/${incident}`)).state, SOON).toBe("resolved");
  await ask(rollcall, "/schedules/catcher/pause", { method: "POST", body: {} });
  const owed: string[] = (await ask(rollcall, `/incidents/${incident}`)).windows.map(
    ({ expectedAt }: { readonly expectedAt: string }) => expectedAt,
  );
  answered.length = 0;

  const { context, page, complaints } = await openAs(browser, ADMIN);
  await page.goto(`${rollcall.url}/incidents/${incident}`);
  await page.getByRole("button", { name: "Make good…" }).click();
  const dialog = page.getByRole("dialog");
  const list = dialog.getByRole("list", { name: "What would happen" });
  await dialog.getByRole("button", { name: "Run once" }).click();
  await expect(list.getByRole("listitem").filter({ hasText: "is run" })).toHaveCount(1);
  await dialog.getByRole("button", { name: "Run each" }).click();
  await expect(list.getByRole("listitem").filter({ hasText: "is run" })).toHaveCount(owed.length);
  await dialog.getByLabel("So many a minute").fill("60");
  await dialog.getByRole("button", { name: `Run ${owed.length} windows` }).click();
  await expect(dialog).toContainText(`${owed.length} of ${owed.length} made good`, SOON);
  await dialog.getByRole("button", { name: "Close" }).last().click();
  const seconds = (times: readonly string[]) => times.map((at) => at.slice(0, 19)).sort();
  expect(seconds(answered.map((at) => new Date(Number(at) ? Number(at) : at).toISOString()))).toEqual(seconds(owed));
  expect(complaints).toEqual([]);
  await context.close();
  late.close();
});
