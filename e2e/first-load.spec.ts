import { expect, type Page, test } from "@playwright/test";
import { openPage, signIn } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

/** Bytes of JavaScript, compressed as they come. */
const MOST = 250_000;

let rollcall: Rollcall;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true });
});
test.afterAll(() => rollcall?.stop());

const zoneButton = (page: Page) => page.getByRole("button", { name: /Choose another zone/ });
const utc = (page: Page) => page.getByRole("menuitemradio", { name: "UTC" });

test("the timeline's first load stays below 250 kB of JavaScript", async ({ browser }) => {
  const context = await browser.newContext();
  await signIn((await openPage(context)).page, rollcall);
  // What another page has fetched would not come again.
  const fresh = await browser.newContext({ storageState: await context.storageState() });
  const { page } = await openPage(fresh);
  const sizes: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    if (request.resourceType() === "script") sizes.push(request.sizes().then((size) => size.responseBodySize));
  });
  await page.goto(rollcall.url);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Timeline");
  const weight = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(weight).toBeGreaterThan(MOST / 4);
  expect(weight).toBeLessThan(MOST);
  await fresh.close();
  await context.close();
});

test("a menu that is pressed before it has come opens when it has", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await signIn(page, rollcall);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Timeline");
  const held: (() => void)[] = [];
  let holding = true;
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    if (holding) await new Promise<void>((resolve) => held.push(resolve));
    await route.continue();
  });
  await zoneButton(page).focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => held.length).toBeGreaterThan(0);
  await expect(utc(page)).toBeHidden();
  holding = false;
  for (const go of held) go();
  await expect(utc(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(utc(page)).toBeHidden();
  // It stands where it stood, and is what the keyboard is on.
  await expect(zoneButton(page)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await utc(page).press("Enter");
  await expect(zoneButton(page)).toContainText("UTC");
  expect(complaints).toEqual([]);
  await context.close();
});
