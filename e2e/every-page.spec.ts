import { expect, type Page, test } from "@playwright/test";
import { watched, wrongWith } from "./owed.ts";
import { ask, comeIn, join, openPage, signIn, sleepUntil, visit } from "./pages.ts";
import { ADMIN, PING_KEY, type Rollcall, startRollcall } from "./rollcall.ts";

const EVIL = `<script>window.hurt=1</script><img src=x onerror="window.hurt=1"> & <b>bold</b>`;

let rollcall: Rollcall;
let incident = "";
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true });
  const interval = { kind: "interval", everySeconds: 5 };
  const body = {
    name: EVIL,
    spec: interval,
    timezone: "UTC",
    graceSeconds: 1,
    tags: ["data", EVIL.slice(0, 30)],
    description: EVIL,
  };
  const { pingUrl } = await ask(rollcall, "/schedules/evil", { method: "PUT", body });
  const daily = { name: "Daily", spec: { kind: "cron", expression: "0 2 * * *" }, timezone: "UTC", graceSeconds: 60 };
  await ask(rollcall, "/schedules/daily", { method: "PUT", body: daily });
  const contract = { kind: "aws-api-destination", scheme: "basic", username: EVIL, password: "short" };
  await ask(rollcall, "/routes/cron-api", { method: "PUT", body: { contract } });
  await ask(rollcall, "/changes", { method: "POST", body: { title: EVIL } });
  await fetch(`${rollcall.url}/ping/${PING_KEY}/${encodeURIComponent(EVIL)}`);
  await sleepUntil(Date.now() + 5_200);
  await fetch(`${pingUrl}/7`, { method: "POST", body: `${EVIL}\nFATAL`, headers: { "user-agent": EVIL } });
  await fetch(`${rollcall.url}/ping/${PING_KEY}/no-such-job`);
  await expect
    .poll(async () => {
      const { items } = await ask(rollcall, "/incidents");
      incident = items[0]?.id ?? "";
      return incident;
    })
    .not.toBe("");
});
test.afterAll(() => rollcall?.stop());

const PAGES = [
  "/?range=5m",
  "/?range=5m&view=table",
  "/incidents",
  "/incidents?state=all",
  "/schedules",
  "/schedules/evil",
  "/schedules/evil?tab=runs",
  "/schedules/evil/edit",
  "/new",
  "/boundary",
  "/boundary/new",
  "/boundary/cron-api",
  "/boundary/cron-api?with=envoy",
  "/boundary/cron-api/edit",
  "/import",
  "/first-run",
  "/first-run?slug=daily",
  "/discarded",
  "/settings/people",
  "/settings/keys",
  "/settings/ping",
  "/settings/webhooks",
  "/settings/maintenance",
  "/settings/changes",
  "/settings/retention",
  "/settings/about",
  "/settings/audit",
  "/account",
];

/** Where the links of a page lead, without what only the query differs in. */
const linksOf = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLAnchorElement>(
        "a[href^='/']:not([download],[href^='/api/'],[href='/healthz'],[href='/metrics'])",
      ),
    ].map(({ href }) => new URL(href).pathname),
  );

const DESK = { width: 1440, height: 900 };
/** The desk at a zoom of 200 %: half as many of CSS's pixels (WCAG 2.2, 1.4.4). */
const ZOOMED = { width: 720, height: 450 };
const PHONE = { width: 390, height: 844 };

test("every page has its landmarks, names and width, at a desk, at twice its zoom and at a phone; none is refused anything by its own policy, asks anybody else, complains, or runs what people and jobs wrote", async ({
  browser,
}) => {
  const context = await browser.newContext({ viewport: DESK });
  const { page, complaints, foreign } = await watched(context, rollcall);
  await signIn(page, rollcall);
  const ways = [...PAGES, `/incidents/${incident}`];
  const seen = new Set<string>();
  for (let way = ways.shift(); way !== undefined && seen.size < 50; way = ways.shift()) {
    if (seen.has(way)) continue;
    seen.add(way);
    await visit(page, `${rollcall.url}${way}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    ways.push(...(await linksOf(page)));
    for (const viewport of [DESK, ZOOMED, PHONE]) {
      await page.setViewportSize(viewport);
      // What is drawn is laid out anew a frame later.
      await expect.poll(() => wrongWith(page), `${way}, ${viewport.width} wide`).toEqual([]);
    }
    await page.setViewportSize(DESK);
    expect(complaints, way).toEqual([]);
  }
  expect(foreign).toEqual([]);
  await context.close();
});

test("what a job or a person wrote is text: names, notes and logs", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/schedules/evil?tab=runs`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(EVIL);
  await page.getByRole("button", { name: /^Log/ }).first().click();
  await expect(page.getByText("FATAL")).toContainText(EVIL);
  await visit(page, `${rollcall.url}/incidents/${incident}`);
  await page.getByLabel("Add a note").fill(EVIL);
  await page.getByRole("button", { name: "Add the note" }).click();
  await expect(page.getByRole("region", { name: "Events" })).toContainText(EVIL);
  expect(await page.evaluate(() => "hurt" in window)).toBe(false);
  expect(complaints).toEqual([]);
  await context.close();
});

test("a window is chosen by keyboard, the address holds it, and Escape closes it", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/?range=5m`);
  await expect(page.getByRole("listitem").filter({ hasText: "Daily" })).toBeVisible();
  await page.keyboard.press("j");
  const panel = page.getByRole("complementary", { name: "The chosen window" });
  await expect(panel).toContainText("How far it came");
  await expect(panel).toContainText("Why it was expected");
  const address = page.url();
  expect(address).toMatch(/schedule=evil&window=2/);
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await page.goBack();
  await expect(panel).toBeVisible();
  await visit(page, address);
  await expect(panel).toContainText(EVIL);
  await context.close();
});

test("the table says what the lanes show, and filters live in the address", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/?range=5m`);
  await page.getByRole("button", { name: "Table" }).click();
  await expect(page.getByRole("row").filter({ hasText: "Failed" }).first()).toContainText(EVIL);
  await expect(page).toHaveURL(/view=table/);
  await page.getByRole("combobox", { name: "Tag" }).selectOption("data");
  await expect(page).toHaveURL(/tag=data/);
  await page.getByRole("button", { name: "Lanes" }).click();
  await expect(page.getByRole("list", { name: "Schedules" }).getByRole("listitem")).toHaveCount(1);
  await page.getByRole("searchbox", { name: "Filter by name" }).fill("nothing of this name");
  await expect(page.getByText("No schedule fits this filter.")).toBeVisible();
  await context.close();
});

test("two who edit one schedule at once: the second is told, and nothing is lost", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  const second = await context.newPage();
  await comeIn(page, rollcall);
  for (const one of [page, second]) {
    await visit(one, `${rollcall.url}/schedules/daily/edit`);
    await expect(one.getByText("At 02:00.")).toBeVisible();
  }
  await page.getByLabel("Grace").fill("5 min");
  await page.getByRole("button", { name: "Save as version 2" }).click();
  await expect(page.getByRole("heading", { name: "Daily" })).toBeVisible();
  await second.getByLabel("Grace", { exact: true }).fill("9 min");
  await second.getByRole("button", { name: "Save as version 2" }).click();
  await expect(second.getByText("Somebody else has saved this schedule")).toBeVisible();
  await expect(second.getByLabel("Grace", { exact: true })).toHaveValue("9 min");
  expect((await ask(rollcall, "/schedules/daily")).graceSeconds).toBe(300);
  await context.close();
});

test("an expression that is refused says so at its field while one types", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/new`);
  await page.getByLabel("Name", { exact: true }).fill("Evil");
  const expression = page.getByLabel("Cron expression");
  await expression.fill("99 * * * *");
  await expect(expression).toHaveAttribute("aria-invalid", "true");
  await expression.fill("*/5 * * * *");
  await expect(page.getByText("Every 5 minutes.")).toBeVisible();
  await expect(expression).toHaveAttribute("aria-invalid", "false");
  await page.getByRole("button", { name: "Watch it" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "already" })).toBeVisible();
  expect((await ask(rollcall, "/schedules/evil")).version).toBe(1);
  await context.close();
});

test("theme and zone are chosen once and stay", async ({ browser }) => {
  const context = await browser.newContext({ colorScheme: "light" });
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, rollcall.url);
  // A first visit learns the browser's zone once the page has come to life.
  await page.getByRole("button", { name: /Times are shown in America\/New_York/ }).click();
  await page.getByRole("menuitemradio", { name: "UTC" }).click();
  await page.getByRole("button", { name: "Light or dark" }).click();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByRole("button", { name: /Times are shown in UTC/ })).toBeVisible();
  await context.close();
});

test("a viewer sees everything, is offered nothing that would be refused, and is told why", async ({ browser }) => {
  const context = await browser.newContext();
  const vera = await openPage(context);
  const { password } = ADMIN;
  await join(vera.page, rollcall, { role: "viewer", name: "Vera", email: "vera@example.com", password });
  await visit(vera.page, `${rollcall.url}/incidents/${incident}`);
  await expect(vera.page.getByText("acknowledging needs the role responder")).toBeVisible();
  await expect(vera.page.getByRole("button", { name: /Acknowledge|Resolve/ })).toHaveCount(0);
  await visit(vera.page, `${rollcall.url}/settings/keys`);
  await expect(vera.page.getByText("This needs the role admin; yours is viewer.")).toBeVisible();
  await visit(vera.page, `${rollcall.url}/schedules/daily`);
  await expect(vera.page.getByRole("heading", { name: "Daily" })).toBeVisible();
  await expect(vera.page.getByRole("button", { name: "Pause" })).toHaveCount(0);
  expect(vera.complaints).toEqual([]);
  await context.close();
});

test("a check-in that found no schedule is repaired where it is shown", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/discarded`);
  const lost = page.getByRole("listitem").filter({ hasText: "no-such-job" });
  await expect(lost).toContainText("No schedule has this name");
  await lost.getByRole("button", { name: "Repair…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Repair" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await visit(page, `${rollcall.url}/schedules/no-such-job`);
  await expect(page.getByText("made by a check-in: say when it ought to run")).toBeVisible();
  await context.close();
});

test("what the server refuses is taken back on the screen, with its reason", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  const { id } = await ask(rollcall, `/incidents/${incident}`);
  await page.route(`**/api/v1/incidents/${id}/acknowledge`, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const detail = "Incident 1 was acknowledged by Otto already.";
    const doNext = "Read the present state and decide again.";
    const body = JSON.stringify({ title: "Conflict", status: 409, code: "acknowledged", detail, doNext });
    await route.fulfill({ status: 409, contentType: "application/problem+json", body });
  });
  await visit(page, `${rollcall.url}/incidents/${id}`);
  await page.keyboard.press("a");
  await page.getByRole("dialog").getByRole("button", { name: "Acknowledge" }).click();
  await expect(page.getByText("Acknowledged by ada")).toBeVisible();
  await expect(page.getByText("Incident 1 was acknowledged by Otto already.")).toBeVisible();
  await expect(page.getByText("Open: nobody has it yet")).toBeVisible();
  await context.close();
});
