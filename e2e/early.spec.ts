import { type Browser, expect, test } from "@playwright/test";
import { ask, openPage, signIn, sleepUntil } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

let rollcall: Rollcall;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true });
  const put = (slug: string, name: string, spec: object) =>
    ask(rollcall, `/schedules/${slug}`, { method: "PUT", body: { name, spec, timezone: "UTC", graceSeconds: 1 } });
  const { pingUrl } = await put("flaky", "Flaky import", { kind: "interval", everySeconds: 5 });
  await put("nightly", "Nightly ETL", { kind: "cron", expression: "0 2 * * *" });
  await sleepUntil(Date.now() + 5_200);
  await fetch(`${pingUrl}/7`, { method: "POST" });
  await expect.poll(async () => (await ask(rollcall, "/incidents")).items.length).toBeGreaterThan(0);
});
test.afterAll(() => rollcall?.stop());

/** A person who is signed in, and pages whose scripts come when they are let. */
async function signedIn(browser: Browser) {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await signIn(page, rollcall);
  let held: (() => void)[] = [];
  let holds = false;
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    if (holds) await new Promise<void>((resolve) => held.push(resolve));
    await route.continue();
  });
  return {
    ...{ context, page, complaints },
    async goWithoutScripts(path: string, heading: string) {
      holds = true;
      await page.goto(`${rollcall.url}${path}`, { waitUntil: "commit" });
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
    },
    letThemCome() {
      holds = false;
      for (const go of held) go();
      held = [];
    },
  };
}

test("keys that are pressed before the page lives are answered when it does", async ({ browser }) => {
  const { context, page, complaints, goWithoutScripts, letThemCome } = await signedIn(browser);
  const palette = page.getByRole("combobox", { name: "Go to or do" });

  await goWithoutScripts("/?range=1h", "Timeline");
  await page.keyboard.press("Control+k");
  // The palette has a file of its own: what is written before that has come is for it, and acknowledges nothing.
  await page.keyboard.type("nightly a");
  await page.keyboard.press("Backspace");
  letThemCome();
  await expect(palette).toBeFocused();
  await expect(palette).toHaveValue("nightly ");
  await page.keyboard.type("e");
  await expect(palette).toHaveValue("nightly e");
  await expect(page.getByRole("dialog")).toHaveCount(1);

  await goWithoutScripts("/?range=1h", "Timeline");
  await page.keyboard.type("/fla");
  letThemCome();
  await expect(page.getByRole("searchbox", { name: "Filter by name" })).toHaveValue("fla");
  await expect(page.getByRole("list", { name: "Schedules" }).getByRole("listitem")).toHaveCount(1);

  await goWithoutScripts("/?range=1h", "Timeline");
  await page.keyboard.press("j");
  letThemCome();
  await expect(page.getByRole("complementary", { name: "The chosen window" })).toContainText("Flaky import");

  await goWithoutScripts("/incidents", "Incidents");
  await page.keyboard.press("?");
  letThemCome();
  await expect(page.getByRole("dialog", { name: "Keys of this page" })).toBeVisible();
  expect(complaints).toEqual([]);
  await context.close();
});

test("what is pressed, written and sent before the page lives is not lost, and sends nothing to the address", async ({
  browser,
}) => {
  const { context, page, complaints, goWithoutScripts, letThemCome } = await signedIn(browser);

  await goWithoutScripts("/?range=1h", "Timeline");
  await page.getByRole("button", { name: "Table" }).click();
  letThemCome();
  await expect(page).toHaveURL(/view=table/);

  await goWithoutScripts("/import", "Import what you have");
  await page.getByRole("textbox", { name: /^Paste a crontab/ }).fill("30 2 * * * /opt/weekly.sh\n");
  await page.getByRole("button", { name: "Read it" }).click();
  letThemCome();
  await expect(page.getByText(/^1 found/)).toBeVisible();
  expect(new URL(page.url()).search).toBe("");

  await goWithoutScripts("/new", "A run that should not go missing");
  await page.getByLabel("Name", { exact: true }).fill("Written early");
  await page.getByLabel("Cron expression").fill("15 4 * * *");
  letThemCome();
  await expect(page.getByText("At 04:15.")).toBeVisible();
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Written early");
  await expect(page.getByLabel("Short name, for addresses")).toHaveValue("written-early");
  expect(complaints).toEqual([]);
  await context.close();
});
