import { type Browser, expect, type Page, test } from "@playwright/test";
import { ask, comeIn, openPage, visit } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

let rollcall: Rollcall;
let pingUrl = "";
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true });
  const spec = { kind: "interval", everySeconds: 3_600 };
  const body = { name: "Hourly", spec, timezone: "UTC", graceSeconds: 60 };
  ({ pingUrl } = await ask(rollcall, "/schedules/hourly", { method: "PUT", body }));
});
test.afterAll(() => rollcall?.stop());

const live = (page: Page) => page.locator("[data-live=live]");
const LOST = "Live updates lost, trying again";

/** Requests for the runs that a page makes while a stream tells it of one: the net below asks every 30 s only. */
async function seesRuns(page: Page, count: number) {
  await fetch(pingUrl, { method: "POST", body: `run ${count}` });
  await expect(page.getByRole("button", { name: /^Log/ })).toHaveCount(count, { timeout: 25_000 });
}

const sharedWorkers = async (browser: Browser) => {
  const session = await browser.newBrowserCDPSession();
  const { targetInfos } = await session.send("Target.getTargets");
  await session.detach();
  return targetInfos.filter(({ type }) => type === "shared_worker").length;
};

test("a check-in is on every open page at once, over one stream for all of them", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/schedules/hourly?tab=runs`);
  const second = await context.newPage();
  await visit(second, `${rollcall.url}/schedules/hourly?tab=runs`);
  await expect(live(page)).toHaveCount(1);
  await expect(live(second)).toHaveCount(1);
  await seesRuns(page, 1);
  await second.bringToFront();
  await expect(second.getByRole("button", { name: /^Log/ })).toHaveCount(1);
  expect(await sharedWorkers(browser)).toBe(1);
  await page.close();
  await seesRuns(second, 2);
  expect(complaints).toEqual([]);
  await context.close();
});

test("without a shared worker a page has a stream of its own", async ({ browser }) => {
  const context = await browser.newContext();
  await context.addInitScript(() => Reflect.deleteProperty(window, "SharedWorker"));
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/schedules/hourly?tab=runs`);
  await expect(live(page)).toHaveCount(1);
  await seesRuns(page, 3);
  await context.close();
});

test("a lost stream is said quietly, the page goes on by asking, and it is taken up again", async ({ browser }) => {
  const context = await browser.newContext();
  await context.addInitScript(() => Reflect.deleteProperty(window, "SharedWorker"));
  await context.route("**/api/v1/live", (route) => route.abort());
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/schedules/hourly?tab=runs`);
  await expect(page.getByRole("status").filter({ hasText: LOST })).toBeVisible();
  await seesRuns(page, 4);
  await context.unroute("**/api/v1/live");
  await expect(live(page)).toHaveCount(1, { timeout: 30_000 });
  await expect(page.getByText(LOST)).toBeHidden();
  await context.close();
});
