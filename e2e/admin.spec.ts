import { expect, test } from "@playwright/test";
import { ask, comeIn, openPage, visit } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

let rollcall: Rollcall;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true });
});
test.afterAll(() => rollcall?.stop());

const put = (slug: string, more: object = {}) =>
  ask(rollcall, `/schedules/${slug}`, {
    method: "PUT",
    body: { name: slug, spec: { kind: "cron", expression: "0 2 * * *" }, timezone: "UTC", graceSeconds: 60, ...more },
  });

test("a schedule is made, edited with its runs judged anew while one types, and paused until a time", async ({
  browser,
}) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/new`);
  await page.getByLabel("Name", { exact: true }).fill("Orders Sync");
  await expect(page.getByLabel("Short name, for addresses")).toHaveValue("orders-sync");
  // What is wrong is said at its field, before anything is sent.
  await page.getByRole("textbox", { name: "Grace" }).fill("soon");
  await page.getByRole("button", { name: "Watch it" }).click();
  await expect(page.getByText("Write a length such as 12 min.")).toBeVisible();
  await page.getByRole("button", { name: "At most every" }).click();
  await page.getByRole("textbox", { name: "At most this long after" }).fill("5 s");
  await page.getByRole("textbox", { name: "Grace" }).fill("1 s");
  await page.getByRole("textbox", { name: "Grace" }).press("Control+Enter");
  await expect(page.getByRole("heading", { name: "Orders Sync" })).toBeVisible();
  const { pingUrl } = await ask(rollcall, "/schedules/orders-sync");
  for (const wait of [0, 3_000]) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    await fetch(`${pingUrl}/0`);
  }
  await page.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByText("No window would be called otherwise.")).toBeVisible();
  // Two runs that came three seconds apart would both have been late for one second and no grace.
  await page.getByRole("textbox", { name: "At most this long after" }).fill("1 s");
  await page.getByRole("textbox", { name: "Grace" }).fill("0");
  await expect(page.getByText(/windows? would be called otherwise/)).toBeVisible();
  await page.getByRole("textbox", { name: "At most this long after" }).fill("1 h");
  await page.getByRole("textbox", { name: "Grace" }).fill("10 min");
  await page.getByLabel("Why this change").fill("It runs by the hour now");
  await page.getByRole("button", { name: "Save as version 2" }).click();
  await page.getByRole("tab", { name: "Versions" }).click();
  await expect(page.getByText("“It runs by the hour now”")).toBeVisible();
  await expect(page.getByRole("tabpanel").getByText("at most every 1 h")).toBeVisible();
  await page.getByRole("tab", { name: "Check-ins", exact: true }).click();
  await expect(page.getByText("Success, exit status 0")).toHaveCount(2);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("menuitem", { name: "until a time…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText(/^Paused until/)).toBeVisible();
  expect(complaints).toEqual([]);
  await context.close();
});

test("what a warning proposes is taken by one press", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/new`);
  await page.getByLabel("Cron expression").fill("*/10 * * * *");
  await page.getByRole("combobox", { name: "Read as" }).selectOption("github");
  await page
    .getByRole("button", { name: /^Expect it at most every 10 min/ })
    .first()
    .click();
  await expect(page.getByRole("textbox", { name: "At most this long after" })).toHaveValue("10 min");
  await context.close();
});

test("two who edit at once: what the other changed is shown, and merged or overwritten", async ({ browser }) => {
  await put("shared", { owner: "Otto" });
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/schedules/shared/edit`);
  await page.getByRole("textbox", { name: "Grace" }).fill("10 min");
  await put("shared", { owner: "Rosa", graceSeconds: 120 });
  await page.getByRole("button", { name: "Save as version 2" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("has saved version 2 meanwhile")).toBeVisible();
  // What was typed stands, what was not touched is theirs.
  await expect(dialog.getByRole("group", { name: "Whose Grace" }).getByRole("button", { name: "Mine" })).toHaveAttribute("aria-pressed", "true"); // biome-ignore format: one thing
  await dialog.getByRole("button", { name: "Save as version 3" }).click();
  await expect(page.getByRole("heading", { name: "shared" })).toBeVisible();
  expect(await ask(rollcall, "/schedules/shared")).toMatchObject({ version: 3, owner: "Rosa", graceSeconds: 600 });
  await context.close();
});

test("what is typed is not lost by a link or by going back", async ({ browser }) => {
  await put("kept");
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/schedules/kept`);
  await page.getByRole("link", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "Owner" }).fill("Rosa");
  await page.getByRole("link", { name: "Timeline" }).click();
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  await question.getByRole("button", { name: "Stay here" }).click();
  await expect(page.getByRole("textbox", { name: "Owner" })).toHaveValue("Rosa");
  await page.goBack();
  await question.getByRole("button", { name: "Stay here" }).click();
  await expect(page.getByRole("textbox", { name: "Owner" })).toHaveValue("Rosa");
  await page.goBack();
  await question.getByRole("button", { name: "Leave without saving" }).click();
  await expect(page).toHaveURL(`${rollcall.url}/schedules/kept`);
  expect(await ask(rollcall, "/schedules/kept")).toMatchObject({ version: 1, owner: null });
  await context.close();
});

test("many schedules are chosen by keyboard, tagged, and what was done is taken back", async ({ browser }) => {
  for (const slug of ["bulk-a", "bulk-b", "bulk-c"]) await put(slug, { environment: "staging" });
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/schedules?environment=staging&sort=name`);
  // The page answers keys once it lives; K stays on the first row, however often it is pressed.
  await expect(async () => {
    await page.keyboard.press("k");
    await expect(page.getByRole("link", { name: "bulk-a" })).toBeFocused({ timeout: 500 });
  }).toPass();
  for (const key of ["x", "j", "j", "Shift+X"]) await page.keyboard.press(key);
  const bar = page.getByRole("region", { name: "What is chosen" });
  await expect(bar.getByText("3 schedules chosen")).toBeVisible();
  await bar.getByRole("button", { name: "Tag…" }).click();
  await page.getByRole("dialog").getByLabel("Tag").fill("night");
  await page.getByRole("dialog").getByRole("button", { name: "Tag" }).click();
  await expect(page.getByText("Tagged night: 3 schedules")).toBeVisible();
  expect(await ask(rollcall, "/schedules/bulk-b")).toMatchObject({ tags: ["night"], version: 2 });
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("As before: 3 schedules")).toBeVisible();
  expect(await ask(rollcall, "/schedules/bulk-b")).toMatchObject({ tags: [] });
  // Archived only by name, and brought back.
  await page.getByRole("checkbox", { name: "Choose bulk-c" }).check();
  await page.getByRole("button", { name: "Archive…" }).click();
  await page
    .getByRole("dialog")
    .getByLabel(/^Write/)
    .fill("bulk-c");
  await page.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
  await expect(page.getByRole("link", { name: "bulk-c" })).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).last().click();
  await expect(page.getByRole("link", { name: "bulk-c" })).toBeVisible();
  await context.close();
});

test("the old address of a schedule goes on for as long as was said, and the new one works at once", async ({
  browser,
}) => {
  const { pingUrl: old } = await put("rotated");
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/schedules/rotated`);
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "New address…" }).click();
  await page.getByRole("dialog").getByLabel("The old address is taken").selectOption("0");
  await page.getByRole("dialog").getByRole("button", { name: "Make a new address" }).click();
  await expect(page.getByText("It has a new address: rotated")).toBeVisible();
  const { pingUrl } = await ask(rollcall, "/schedules/rotated");
  expect(pingUrl).not.toBe(old);
  await expect(page.getByText(pingUrl, { exact: true })).toBeVisible();
  await expect.poll(async () => (await fetch(pingUrl)).status).toBe(200);
  await expect.poll(async () => (await fetch(old)).status).toBe(404);
  await context.close();
});

test("a person is invited, comes in by the link, and may see and not edit", async ({ browser }) => {
  await put("seen");
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/settings/people`);
  await page.getByLabel("E-mail").fill("vera@example.com");
  await page.getByLabel("Name").fill("Vera");
  await page.getByLabel("Role").first().selectOption("viewer");
  await page.getByRole("button", { name: "Invite" }).click();
  const link = (await page.getByRole("dialog").locator("code").textContent()) ?? "";
  expect(link).toContain("/setup/");
  const hers = await browser.newContext();
  const { page: her } = await openPage(hers);
  await visit(her, link);
  for (const field of await her.locator("input[type=password]").all()) await field.fill("correct horse battery 7");
  await her.getByRole("button").last().click();
  await expect(her.getByRole("heading", { name: "Timeline" })).toBeVisible();
  await visit(her, `${rollcall.url}/schedules/seen`);
  await expect(her.getByRole("heading", { name: "seen" })).toBeVisible();
  await expect(her.getByRole("link", { name: "Edit" })).toHaveCount(0);
  await expect(her.getByRole("button", { name: "Pause" })).toHaveCount(0);
  await visit(her, `${rollcall.url}/schedules`);
  await expect(her.getByRole("checkbox")).toHaveCount(0);
  await hers.close();
  await context.close();
});
