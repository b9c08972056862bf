import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { ask, comeIn, join, openPage, signIn, visit } from "./pages.ts";
import { ADMIN, PING_KEY, type Rollcall, startRollcall } from "./rollcall.ts";

const ROSA = { role: "responder", name: "Rosa Silva", email: "rosa@example.com", password: ADMIN.password };
const PHONE = { width: 390, height: 844 };
const JOBS = ["backup", "billing", "mailer", "rates"] as const;

let rollcall: Rollcall;
const incidents = new Map<string, string>();

test.beforeAll(async ({ browser }) => {
  test.setTimeout(400_000);
  rollcall = await startRollcall({ withAdmin: true });
  await ask(rollcall, "/changes", { method: "POST", body: { title: "Deploy a41f9c2" } });
  for (const slug of JOBS) {
    const spec = { kind: "interval", everySeconds: 3_600, anchor: new Date(Date.now() + 2_000).toISOString() };
    const body = { name: slug, spec, timezone: "UTC", graceSeconds: 1, tags: [slug === "rates" ? "fx" : "money"] };
    await ask(rollcall, `/schedules/${slug}`, { method: "PUT", body });
  }
  await expect
    .poll(
      async () => {
        const { items } = await ask(rollcall, "/incidents");
        for (const { id, schedule } of items) incidents.set(schedule, id);
        return incidents.size;
      },
      { timeout: 60_000 },
    )
    .toBe(JOBS.length);
  const context = await browser.newContext();
  await join((await openPage(context)).page, rollcall, ROSA);
  await context.close();
});
test.afterAll(() => rollcall?.stop());

async function asRosa(context: BrowserContext) {
  const opened = await openPage(context);
  await comeIn(opened.page, rollcall, ROSA);
  return opened;
}

const stateOf = async (slug: string) => ask(rollcall, `/incidents/${incidents.get(slug)}`);
const row = (page: Page, slug: string) => page.getByRole("listitem").filter({ hasText: slug });

test("by keyboard alone: move, acknowledge, take it back, select a range, note it, open it", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await asRosa(context);
  await visit(page, `${rollcall.url}/incidents`);
  await expect(row(page, "backup")).toBeVisible();
  await page.keyboard.press("j");
  const current = page.locator("li[aria-current=true]");
  await expect(current).toBeVisible();
  const first = ((await current.locator("b").textContent()) ?? "").trim();
  await page.keyboard.press("a");
  await expect(current).toContainText("Rosa Silva");
  await expect.poll(async () => (await stateOf(first)).state).toBe("acknowledged");

  // What was done is taken back, by an event more.
  await page.keyboard.press("Control+z");
  await expect.poll(async () => (await stateOf(first)).state).toBe("open");
  const { events } = await stateOf(first);
  expect(events.map(({ kind }: { kind: string }) => kind)).toEqual(["opened", "acknowledged", "unacknowledged"]);
  expect(events.at(-1).by).toBe("Rosa Silva");

  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+X");
  const bar = page.getByRole("toolbar", { name: "Selected incidents" });
  await expect(bar).toContainText("3 selected");
  await page.keyboard.press("n");
  await page.getByRole("dialog").getByLabel("Note").fill("All of one host.");
  await page.getByRole("dialog").getByRole("button", { name: "Add the note" }).click();
  await expect(page.getByText("Noted: 3 incidents")).toBeVisible();
  await expect(bar).toBeHidden();

  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("acknowledge");
  await page.keyboard.press("Escape");
  const third = ((await current.locator("b").textContent()) ?? "").trim();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(third);
  await expect(page.getByRole("region", { name: "Events" })).toContainText("All of one host.");
  await page.keyboard.press("u");
  await expect(page.getByRole("heading", { level: 1, name: "Incidents" })).toBeVisible();
  expect(complaints).toEqual([]);
  await context.close();
});

test("filters live in the address, and a filter that fits nothing says so", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await asRosa(context);
  await visit(page, `${rollcall.url}/incidents`);
  await page.keyboard.press("f");
  await page.getByRole("combobox", { name: "Tag" }).selectOption("fx");
  await expect(page).toHaveURL(/tag=fx/);
  await expect(row(page, "rates")).toBeVisible();
  await expect(row(page, "backup")).toHaveCount(0);
  await page.reload();
  await expect(row(page, "rates")).toBeVisible();
  await expect(row(page, "backup")).toHaveCount(0);
  await page.getByRole("combobox", { name: "Cause" }).selectOption("failed");
  await expect(page.getByText("No incident fits this filter")).toBeVisible();
  await page.getByRole("button", { name: "Take 2 filters away" }).click();
  await expect(row(page, "backup")).toBeVisible();
  expect(complaints).toEqual([]);
  await context.close();
});

test("an incident says what changed before, is assigned, snoozed and resolved with a note", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await asRosa(context);
  await visit(page, `${rollcall.url}/incidents/${incidents.get("backup")}`);
  await expect(page.getByRole("region", { name: "What changed just before" })).toContainText("Deploy a41f9c2");
  await expect(page.getByText("This is its first incident.")).toBeVisible();
  await page.keyboard.press("i");
  await page.getByRole("dialog").getByRole("button", { name: "Rosa Silva (you)" }).click();
  await expect(page.getByText("assigned to Rosa Silva", { exact: true })).toBeVisible();
  await page.keyboard.press("s");
  await page.getByRole("dialog").getByLabel("Another length").fill("soon");
  await page.getByRole("dialog").getByRole("button", { name: "Snooze", exact: true }).click();
  await expect(page.getByText(/such as 90 min/)).toBeVisible();
  await page.getByRole("dialog").getByLabel("Another length").fill("90 min");
  await page.getByRole("dialog").getByRole("button", { name: "Snooze", exact: true }).click();
  await expect(page.getByText("Snoozed by Rosa Silva")).toBeVisible();
  await expect.poll(async () => (await stateOf("backup")).snoozedUntil).not.toBeNull();
  // The button of the toast does what Ctrl-Z does.
  await page.getByRole("button", { name: "Undo" }).first().click();
  await expect(page.getByText("Open: nobody has it yet")).toBeVisible();
  await page.keyboard.press("r");
  await page.getByRole("dialog").getByRole("button", { name: "Resolve" }).click();
  await expect(page.getByText("Say in a few words why it is over.")).toBeVisible();
  await page.getByRole("dialog").getByLabel("Note").fill("The disk was full.");
  await page.getByRole("dialog").getByRole("button", { name: "Resolve" }).click();
  await expect(page.getByText("Resolved by Rosa Silva")).toBeVisible();
  // The page says so before the server has.
  const resolved = { state: "resolved", resolution: "The disk was full." };
  await expect.poll(() => stateOf("backup")).toMatchObject(resolved);
  expect(complaints).toEqual([]);
  await context.close();
});

test("from a phone, with one thumb: take it, snooze it, note it, resolve it", async ({ browser }) => {
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true, isMobile: true });
  const { page, complaints } = await asRosa(context);
  await visit(page, rollcall.url);
  await page.getByRole("link", { name: /^Incidents/ }).tap();
  await row(page, "billing")
    .getByRole("button", { name: /^Acknowledge incident/ })
    .tap();
  await expect.poll(async () => (await stateOf("billing")).state).toBe("acknowledged");
  await row(page, "mailer").getByRole("link").tap();
  const foot = page.getByRole("toolbar", { name: "What to do" });
  await expect(foot).toBeVisible();
  // Where the thumb is, and large enough for it.
  for (const button of await foot.getByRole("button").all()) {
    const box = await button.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    expect(box?.y).toBeGreaterThan(PHONE.height / 2);
  }
  await foot.getByRole("button", { name: "Acknowledge" }).tap();
  const sheet = page.getByRole("dialog");
  await expect(sheet).toBeVisible();
  await expect
    .poll(async () => {
      const box = await sheet.boundingBox();
      return box ? Math.round(box.y + box.height) : 0;
    })
    .toBe(PHONE.height);
  await sheet.getByLabel("Expected to be fixed").selectOption("3600");
  await sheet.getByRole("button", { name: "Acknowledge" }).tap();
  await expect(page.getByText("Acknowledged by Rosa Silva")).toBeVisible();
  await foot.getByRole("button", { name: "Snooze" }).tap();
  await page.getByRole("dialog").getByRole("button", { name: "4 hours" }).tap();
  await expect(page.getByText("Snoozed by Rosa Silva")).toBeVisible();
  await foot.getByRole("button", { name: "Add a note" }).tap();
  await page.getByRole("dialog").getByLabel("Note").fill("On my way.");
  await page.getByRole("dialog").getByRole("button", { name: "Add the note" }).tap();
  await expect(page.getByRole("region", { name: "Events" })).toContainText("On my way.");
  await foot.getByRole("button", { name: "More" }).tap();
  await page.getByRole("menuitem", { name: "Resolve…" }).tap();
  await page.getByRole("dialog").getByLabel("Note").fill("It runs again.");
  await page.getByRole("dialog").getByRole("button", { name: "Resolve" }).tap();
  await expect.poll(async () => (await stateOf("mailer")).state).toBe("resolved");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
  expect(complaints).toEqual([]);
  await context.close();
});

test("a mistyped name is put right in one click, and taken back", async ({ browser }) => {
  const ping = () => fetch(`${rollcall.url}/ping/${PING_KEY}/bilings`, { method: "POST" });
  expect((await ping()).status).toBe(404);
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await signIn(page, rollcall);
  await expect(page.getByRole("link", { name: "1 job reports into the void" })).toBeVisible({ timeout: 45_000 });
  await page.getByRole("link", { name: "1 job reports into the void" }).click();
  await page.getByRole("button", { name: "It means billing" }).click();
  await expect(page.getByText("“bilings” means billing now")).toBeVisible();
  await expect.poll(async () => (await ping()).status).toBe(200);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("button", { name: "It means billing" })).toBeVisible();
  await expect.poll(async () => (await ping()).status).toBe(404);
  expect(complaints).toEqual([]);
  await context.close();
});
