import { readFileSync } from "node:fs";
import { expect, type Page, test } from "@playwright/test";
import { ask, comeIn, openPage, signIn, sleepUntil, visit } from "./pages.ts";
import { givePast } from "./past.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

let rollcall: Rollcall;
let missedAt = 0;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true });
  const now = Date.now();
  const since = Math.floor(now / DAY) * DAY - 29 * DAY;
  missedAt = since + 17 * DAY + 3 * HOUR + 35 * MINUTE;
  const times = (every: number) =>
    Array.from({ length: Math.floor((now - since) / every) + 1 }, (_, at) => since + at * every);
  const cron = (expression: string) => ({ kind: "cron", expression });
  const ran = (at: number) => ({ from: at + 4_000, to: at + 40_000 });
  await givePast(rollcall, [
    {
      ...{ slug: "prices", spec: cron("*/5 * * * *"), graceSeconds: 3_600, tags: ["data"], since },
      runs: times(5 * MINUTE)
        .filter((at) => at !== missedAt)
        .map(ran),
    },
    { slug: "beacon", spec: cron("0 * * * *"), graceSeconds: 1_200, tags: ["web"], since, runs: times(HOUR).map(ran) },
  ]);
});
test.afterAll(() => rollcall?.stop());

const span = (page: Page): { readonly from: number; readonly to: number } => {
  const query = new URL(page.url()).searchParams;
  return { from: Date.parse(query.get("from") ?? ""), to: Date.parse(query.get("to") ?? "") };
};
const lane = (page: Page, name: string) =>
  page.getByRole("list", { name: "Schedules" }).getByRole("listitem").filter({ hasText: name });
const picture = async (page: Page) => {
  const box = await page.getByRole("img", { name: /The lanes as a picture/ }).boundingBox();
  if (!box) throw new Error("the lanes are not drawn");
  return box;
};

test("by keyboard alone: the one bad window in thirty days, why it is bad, and acknowledged", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/?range=30d`);
  await expect(lane(page, "prices")).toContainText("1 missing");
  await page.keyboard.press("j");
  const panel = page.getByRole("complementary", { name: "The chosen window" });
  await expect(panel).toContainText("Missing");
  await expect(panel).toContainText("Nothing was heard");
  await expect(panel).toContainText("Silent: no firing is known");
  expect(new URL(page.url()).searchParams.get("window")).toBe(new Date(missedAt).toISOString());
  await page.keyboard.press("a");
  await page.getByRole("dialog").getByRole("button", { name: "Acknowledge" }).click();
  await expect(panel).toContainText("acknowledged by ada");
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  expect(complaints).toEqual([]);
  await context.close();
});

test("wheel, drag, keys and the axis move along time; the address follows, and Follow returns to the present", async ({
  browser,
}) => {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  const { page } = await openPage(context);
  await signIn(page, rollcall);
  await expect(lane(page, "beacon")).toContainText("on time");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  const box = await picture(page);
  const [x, y] = [box.x + box.width / 2, box.y + 19];
  await page.mouse.move(x, y);
  await page.mouse.wheel(0, -300);
  await expect(page).toHaveURL(/from=.*to=/);
  const near = span(page);
  expect(near.to - near.from).toBeLessThan(6 * HOUR);
  // What was under the pointer stayed there.
  await page.mouse.down();
  await page.mouse.move(x + 100, y, { steps: 5 });
  await page.mouse.move(x + 200, y, { steps: 5 });
  await page.mouse.up();
  await expect.poll(() => span(page).from).toBeLessThan(near.from);
  await page.waitForTimeout(400);
  const dragged = span(page);
  expect(dragged.to - dragged.from).toBeCloseTo(near.to - near.from, -2);
  const perPixel = (near.to - near.from) / box.width;
  expect(Math.abs(near.from - dragged.from - 200 * perPixel)).toBeLessThan(6 * perPixel);
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => span(page).from).toBeLessThan(dragged.from);
  await page.keyboard.press("-");
  await expect.poll(() => span(page).to - span(page).from).toBeGreaterThan((near.to - near.from) * 1.4);
  await page.waitForTimeout(400);
  const wide = span(page);
  await page.mouse.move(box.x + 200, box.y - 17);
  await page.mouse.down();
  await page.mouse.move(box.x + 300, box.y - 17, { steps: 5 });
  await page.mouse.up();
  await expect.poll(() => span(page).to - span(page).from).toBeLessThan((wide.to - wide.from) / 5);
  await page.getByRole("button", { name: "Follow" }).click();
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  await expect.poll(() => new URL(page.url()).searchParams.has("from")).toBe(false);
  await page.getByRole("link", { name: "24 h" }).click();
  await expect(page).toHaveURL(/range=24h/);
  await page.getByRole("slider", { name: /whole range/ }).focus();
  await page.keyboard.press("PageUp");
  await expect(page.getByRole("button", { name: "Follow" })).toBeVisible();
  await expect.poll(() => new URL(page.url()).searchParams.has("from")).toBe(true);
  const before = span(page);
  await page.getByRole("slider", { name: "Where what is seen ends" }).focus();
  await page.keyboard.press("PageUp");
  await expect.poll(() => span(page).to).toBeLessThan(before.to - (before.to - before.from) * 0.4);
  expect(span(page).from).toBe(before.from);
  await context.close();
});

test("a mark says what it is under the pointer, and an empty spot says why nothing was expected there", async ({
  browser,
}) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  const hour = Math.floor(Date.now() / HOUR) * HOUR - 2 * HOUR;
  const [from, to] = [hour - HOUR, hour + HOUR];
  await visit(page, `${rollcall.url}/?from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`);
  await expect(lane(page, "beacon")).toContainText("on time");
  const box = await picture(page);
  const rows = await lane(page, "beacon").boundingBox();
  const y = (rows?.y ?? 0) + 19;
  const at = (moment: number) => box.x + ((moment - from) / (to - from)) * box.width;
  await page.mouse.move(at(hour + 5 * MINUTE), y);
  await expect(page.getByRole("group", { name: "beacon" })).toContainText("Run began");
  await page.mouse.click(at(hour + 5 * MINUTE), y);
  const panel = page.getByRole("complementary", { name: "The chosen window" });
  await expect(panel).toContainText("On time");
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  // The lanes take the place of the panel first.
  await expect.poll(async () => (await picture(page)).width).toBe(box.width);
  await page.mouse.click(at(hour + 40 * MINUTE), y);
  await expect(panel).toContainText("Why nothing was expected");
  await expect(page).toHaveURL(/schedule=beacon&at=2/);
  await context.close();
});

test("the same facts as a table and as a file, and a link that shows this very span", async ({ browser }) => {
  const context = await browser.newContext({ permissions: ["clipboard-read", "clipboard-write"] });
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  const [from, to] = [missedAt - HOUR, missedAt + HOUR].map((at) => new Date(at).toISOString());
  await visit(page, `${rollcall.url}/?from=${from}&to=${to}&view=table`);
  await expect(page.getByRole("row").filter({ hasText: "Missing" })).toHaveCount(1);
  await expect(page.getByRole("row").filter({ hasText: "Missing" })).toContainText("prices");
  await page.getByRole("button", { name: "Share" }).click();
  const file = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Download CSV" }).click();
  const lines = readFileSync(await (await file).path(), "utf8").split("\r\n");
  expect(lines[0]).toMatch(/^schedule,name,expected_at/);
  expect(lines.filter((line) => line.includes(",Missing,"))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith("prices,"))).toHaveLength(24);
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("menuitem", { name: "Copy link" }).click();
  await expect(page.getByText("The link is on the clipboard")).toBeVisible();
  const link = new URL(await page.evaluate(() => navigator.clipboard.readText()));
  expect([link.searchParams.get("from"), link.searchParams.get("to")]).toEqual([from, to]);
  await context.close();
});

test("groups are closed and filters reached by key, and the sheet of keys lists them", async ({ browser }) => {
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/?group=tag`);
  await expect(lane(page, "prices")).toBeVisible();
  await page.getByRole("button", { name: /^data/ }).click();
  await expect(page).toHaveURL(/closed=data/);
  await expect(page.getByRole("link", { name: "prices" })).toHaveCount(0);
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Filter by name" })).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: /^Keys/ });
  await expect(sheet).toContainText("next bad window");
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Incidents");
  await context.close();
});

test("a check-in is drawn on the open timeline, and in its table, as soon as the stream tells of it", async ({
  browser,
}) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await comeIn(page, rollcall);
  const { pingUrl } = await ask(rollcall, "/schedules/ticker", {
    method: "PUT",
    body: { name: "ticker", spec: { kind: "interval", everySeconds: 60 }, timezone: "UTC", graceSeconds: 600 },
  });
  await visit(page, `${rollcall.url}/?range=1h`);
  await expect(page.locator("[data-live=live]")).toHaveCount(1);
  await expect(lane(page, "ticker")).toBeVisible();
  const canvas = page.getByRole("img", { name: /The lanes as a picture/ });
  const newest = async () => Number(await canvas.getAttribute("data-newest"));
  // Beside the stream a page asks every 30 s: what is drawn sooner, three times in a row, was told.
  for (let time = 0; time < 3; time++) {
    const sent = Date.now();
    await fetch(pingUrl, { method: "POST" });
    await expect.poll(newest, { timeout: 8_000 }).toBeGreaterThanOrEqual(sent);
  }
  await visit(page, `${rollcall.url}/?range=1h&view=table`);
  await expect(page.locator("[data-live=live]")).toHaveCount(1);
  const ran = page.getByRole("row").filter({ hasText: "quick" }).filter({ hasText: "On time" });
  await expect(page.getByRole("row").filter({ hasText: "prices" }).first()).toBeVisible();
  const { pingUrl: quick } = await ask(rollcall, "/schedules/quick", {
    method: "PUT",
    body: { name: "quick", spec: { kind: "interval", everySeconds: 1 }, timezone: "UTC", graceSeconds: 600 },
  });
  // Its first window opens a second after it was made; before that a run is unscheduled, and the table has no row of it.
  await sleepUntil(Date.now() + 1_500);
  await fetch(quick, { method: "POST" });
  await expect(ran).toHaveCount(1);
  expect(complaints).toEqual([]);
  await context.close();
});
