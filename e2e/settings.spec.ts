import { expect, test } from "@playwright/test";
import { ask, openPage, signIn } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

let rollcall: Rollcall;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true });
});
test.afterAll(() => rollcall?.stop());

test("a maintenance is planned, is under way and is ended early; a webhook is told of chosen events", async ({
  browser,
}) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await signIn(page, rollcall);

  await test.step("maintenance", async () => {
    await page.goto(`${rollcall.url}/settings/maintenance`);
    await expect(page.getByText("No maintenance is planned")).toBeVisible();
    await page.getByLabel("Why").fill("Database upgrade");
    await page.getByRole("button", { name: "Plan it" }).click();
    await expect(page.getByText("Say until when.")).toBeVisible();
    await page.getByLabel("Until").fill("2199-01-31T06:00");
    await page.getByRole("button", { name: "Plan it" }).click();
    const row = page.getByRole("list", { name: "Maintenance" }).getByRole("listitem");
    await expect(row).toContainText("all schedules");
    await expect(row).toContainText("under way");
    await row.getByRole("button", { name: "End: Database upgrade" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "End it" }).click();
    await expect(row).toContainText("over");
  });

  await test.step("webhook", async () => {
    await page.goto(`${rollcall.url}/settings/webhooks`);
    await page.getByLabel("Name").fill("on-call");
    await page.getByLabel("Address").fill("https://example.com/hook");
    await page.getByText("Which events: all").click();
    await page.getByRole("group", { name: "Incident" }).getByLabel("changed").uncheck();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("button", { name: "I have it" }).click();
    const { events } = await ask(rollcall, "/webhooks/on-call");
    expect(events).toContain("incident.opened");
    expect(events).not.toContain("incident.changed");
  });

  await test.step("people", async () => {
    await page.goto(`${rollcall.url}/settings/people`);
    const table = page.getByRole("table", { name: "What each role may do" });
    await expect(table.getByRole("row", { name: /^Edit schedules/ })).toContainText("nonono✓yes");
  });
  expect(complaints).toEqual([]);
  await context.close();
});
