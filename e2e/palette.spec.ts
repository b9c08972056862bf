import { expect, type Page, test } from "@playwright/test";
import { ask, join, openPage, signIn, sleepUntil } from "./pages.ts";
import { ADMIN, type Rollcall, startRollcall } from "./rollcall.ts";

let rollcall: Rollcall;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true });
  const often = { kind: "interval", everySeconds: 5 };
  const daily = { kind: "cron", expression: "0 2 * * *" };
  const put = (slug: string, name: string, spec: object) =>
    ask(rollcall, `/schedules/${slug}`, { method: "PUT", body: { name, spec, timezone: "UTC", graceSeconds: 1 } });
  const { pingUrl } = await put("flaky", "Flaky import", often);
  await put("nightly", "Nightly ETL", daily);
  await sleepUntil(Date.now() + 5_200);
  await fetch(`${pingUrl}/7`, { method: "POST" });
  await expect.poll(async () => (await ask(rollcall, "/incidents")).items.length).toBeGreaterThan(0);
});
test.afterAll(() => rollcall?.stop());

const input = (page: Page) => page.getByRole("combobox", { name: "Go to or do" });
/** Opens it, types, and waits until what was typed is what is chosen. */
async function choose(page: Page, words: string, chosen: string | RegExp) {
  await page.keyboard.press("Control+k");
  await page.keyboard.type(words);
  await expect(page.getByRole("dialog").getByRole("option", { selected: true })).toContainText(chosen);
  await page.keyboard.press("Enter");
  await expect(input(page)).toBeHidden();
}

test("goes to anything and does what is done often, by keyboard alone", async ({ browser }) => {
  const context = await browser.newContext({ colorScheme: "light" });
  const { page, complaints } = await openPage(context);
  await signIn(page, rollcall);

  await choose(page, "nightly", "Nightly ETL");
  await expect(page).toHaveURL(/\/schedules\/nightly$/);
  await choose(page, "pause nightly", "Pause Nightly ETL for 1 hour");
  await expect.poll(async () => (await ask(rollcall, "/schedules/nightly")).paused).not.toBeNull();
  await choose(page, "resume nightly", "Resume Nightly ETL");
  await expect.poll(async () => (await ask(rollcall, "/schedules/nightly")).paused).toBeNull();

  const [incident] = (await ask(rollcall, "/incidents")).items;
  await choose(page, `${incident.number}`, `Incident ${incident.number}:`);
  await expect(page).toHaveURL(new RegExp(`/incidents/${incident.id}`));
  await choose(page, "ack", `Acknowledge incident ${incident.number}`);
  await expect.poll(async () => (await ask(rollcall, `/incidents/${incident.id}`)).state).toBe("acknowledged");

  const [run] = (await ask(rollcall, "/runs?schedule=flaky")).items;
  await choose(page, run.id, "Run of flaky");
  await expect(page).toHaveURL(/\/schedules\/flaky\?tab=runs/);
  await choose(page, "audit", "Audit log");
  await expect(page).toHaveURL(/\/settings\/audit$/);
  await choose(page, "new sch", "New schedule");
  await expect(page).toHaveURL(/\/new$/);

  // While one types elsewhere too.
  await page.getByLabel("Name", { exact: true }).focus();
  await choose(page, "light", "Switch between light and dark");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await choose(page, "times in", "Show times in UTC");
  await expect(page.getByRole("button", { name: /Times are shown in UTC/ })).toBeVisible();

  // Where one went is offered first, and arrows choose.
  await page.keyboard.press("Control+k");
  const recent = page.getByRole("group", { name: "Recent" });
  await expect(recent.getByRole("option").first()).toContainText("New schedule");
  await page.keyboard.press("ArrowDown");
  await expect(recent.getByRole("option").nth(1)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.type("nothing of this name");
  await expect(page.getByText("Nothing is called so.")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(input(page)).toBeHidden();

  await choose(page, "sign out", "Sign out");
  await expect(page).toHaveURL(/\/sign-in/);
  expect(await page.evaluate(() => window.localStorage.getItem("rollcall-recent"))).toBeNull();
  expect(complaints).toEqual([]);
  await context.close();
});

test("the field of the top bar opens it, and focus comes back to it", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await signIn(page, rollcall);
  const field = page.getByRole("button", { name: "Go to or do" });
  await field.focus();
  await page.keyboard.press("Enter");
  await expect(input(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(field).toBeFocused();
  await context.close();
});

test("a viewer is offered nothing that would be refused", async ({ browser }) => {
  const context = await browser.newContext();
  const { page: vera } = await openPage(context);
  await join(vera, rollcall, { role: "viewer", name: "Vera", email: "vera@example.com", password: ADMIN.password });
  await vera.keyboard.press("Control+k");
  await expect(vera.getByRole("option", { name: "Schedules" })).toBeVisible();
  for (const name of [/Acknowledge/, /New schedule/, /API keys/, /Audit log/])
    await expect(vera.getByRole("option", { name })).toHaveCount(0);
  await vera.keyboard.type("pause nightly");
  await expect(vera.getByText("Nothing is called so.")).toBeVisible();
  await context.close();
});
