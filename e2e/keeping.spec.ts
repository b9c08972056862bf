import { expect, test } from "@playwright/test";
import { ask, comeIn, openPage, visit } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

let rollcall: Rollcall;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true });
  const spec = { kind: "cron", expression: "0 2 * * *" };
  await ask(rollcall, "/schedules/nightly", {
    method: "PUT",
    body: { name: "Nightly", spec, timezone: "UTC", graceSeconds: 60 },
  });
});
test.afterAll(() => rollcall?.stop());

test("a key is shown once, opens the API, and opens nothing after it is revoked", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/settings/keys`);
  await page.getByLabel("Name of a new key").fill("terraform");
  await page.getByLabel("Scope", { exact: true }).selectOption("read");
  await page.getByRole("button", { name: "Make a key" }).click();
  const key = (await page.getByRole("dialog").locator("code").textContent()) ?? "";
  await page.getByRole("button", { name: "I have it" }).click();
  await expect(page.getByText(key)).toHaveCount(0);
  const status = async () =>
    (await fetch(`${rollcall.url}/api/v1/schedules`, { headers: { authorization: `Bearer ${key}` } })).status;
  expect(await status()).toBe(200);
  await page.getByRole("button", { name: "Revoke terraform" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("button", { name: "Revoke terraform" })).toHaveCount(0);
  expect(await status()).toBe(401);
  expect(complaints).toEqual([]);
  await context.close();
});

test("a webhook is saved with its secret, tried and deleted, and the audit log tells of it", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/settings/webhooks`);
  await expect(page.getByText("Nobody is told yet")).toBeVisible();
  await page.getByLabel("Name").fill("data-oncall");
  await page.getByLabel("Address").fill("http://127.0.0.1:9/hook");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog").locator("code")).toHaveText(/^whsec_/);
  await page.getByRole("button", { name: "I have it" }).click();
  await page.getByRole("button", { name: "Send a test" }).click();
  await expect(page.getByText("webhook.test")).toBeVisible();
  await page.getByRole("button", { name: "Delete data-oncall" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(page.getByText("Nobody is told yet")).toBeVisible();
  await page.getByRole("link", { name: "Audit log" }).click();
  await expect(page.getByText("webhook removed").last()).toBeVisible();
  expect(complaints).toEqual([]);
  await context.close();
});

test("a schedule is paused and resumed, and archived only by its name", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/schedules/nightly`);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("menuitem", { name: "4 hours" }).click();
  await expect(page.getByText(/^Paused until/)).toBeVisible();
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Archive…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("button", { name: "Archive" })).toBeDisabled();
  await dialog.getByLabel("Write nightly to be sure").fill("nightly");
  await dialog.getByRole("button", { name: "Archive" }).click();
  await expect(page.getByText(/check-ins are discarded/)).toBeVisible();
  await visit(page, `${rollcall.url}/schedules?status=archived`);
  await expect(page.getByRole("link", { name: "Nightly" })).toBeVisible();
  expect(complaints).toEqual([]);
  await context.close();
});

test("every main place is reached by keyboard alone, with the focus seen", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/schedules`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Go to the page itself" })).toBeFocused();
  const reached: string[] = [];
  for (let step = 0; step < 16; step++) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element) return { name: "", outline: "" };
      const name = element.getAttribute("aria-label") ?? element.textContent ?? "";
      return { name: name.trim(), outline: getComputedStyle(element).outlineStyle };
    });
    reached.push(seen.name);
    expect(seen.outline, seen.name).not.toBe("none");
  }
  for (const name of ["Timeline", "Incidents", "Schedules", "Settings", "New schedule"]) {
    expect(
      reached.some((one) => one.startsWith(name)),
      name,
    ).toBe(true);
  }
  await context.close();
});
