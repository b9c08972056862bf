import { expect, type Page, test } from "@playwright/test";
import { ask, openPage, signIn, visit } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

// Every ten seconds instead of every minute: the same story, told faster.
const FAST = { ROLLCALL_DEMO_EVERY_SECONDS: "10" };
const GUARDED = ["demo-digest", "demo-invoices", "demo-prices", "demo-search-index"];
/** A period, its grace, and what a screen takes to show it. */
const SOON = { timeout: 90_000 };

let rollcall: Rollcall;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true, env: FAST });
});
test.afterAll(() => rollcall?.stop());

const lane = (page: Page, name: string) => page.getByRole("listitem").filter({ hasText: name });
const items = async (path: string) => (await ask(rollcall, path)).items;
interface Told {
  readonly [name: string]: unknown;
}
/** The cases that went otherwise than they must, of the matrix that the switch ran. */
async function red(): Promise<readonly string[]> {
  const [newest] = await items("/routes/demo-cron/verifications");
  if (!newest?.finishedAt) return ["under way"];
  const { cases } = newest;
  return [...new Set<string>(cases.filter(({ passed }: Told) => passed === false).map((one: Told) => one["case"]))];
}

test("a gate is hardened against the wrong contract: the timeline shows the gaps, the incidents name the mismatch", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  const card = page.getByTestId("demo-card");
  await signIn(page, rollcall);
  await expect(card).toHaveCount(0);

  await test.step("“Show me” starts it, and its jobs run", async () => {
    await visit(page, `${rollcall.url}/first-run`);
    await page.getByRole("button", { name: /^Show me/ }).click();
    await expect(page).toHaveURL(/\/\?range=15m$/);
    await expect(card.getByRole("heading")).toContainText("Gate and scheduler agree");
    await visit(page, `${rollcall.url}/?range=5m`);
    await expect(lane(page, "Send invoices (demo)")).toContainText(/\d on time/, SOON);
    await expect(lane(page, "Warm the cache (demo)")).toContainText(/\d on time/, SOON);
  });

  await test.step("the switch is turned: windows stay empty behind a barrier, and the neighbour runs on", async () => {
    await card.getByRole("button", { name: "Harden against the wrong contract" }).click();
    await expect(card.getByRole("heading")).toContainText("The gate expects an HMAC signature");
    await expect(lane(page, "Send invoices (demo)")).toContainText(/\d refused/, SOON);
    // A machine that is busy may miss one of the ten seconds; that no gate refuses it is what the neighbour shows.
    await expect(lane(page, "Warm the cache (demo)")).not.toContainText(/refused/);
    await expect(page.getByText("4 schedules refused at the boundary of demo-cron")).toBeVisible(SOON);
  });

  await test.step("one outage, whose incidents say what was presented and what was expected", async () => {
    const outages = await items("/outages?state=open");
    expect(outages).toHaveLength(1);
    expect(outages[0]).toMatchObject({ route: "demo-cron", reason: "wrong_contract" });
    const incidents = await items("/incidents?state=open&kind=windows");
    expect(incidents.map(({ schedule }: Told) => schedule).sort()).toEqual(GUARDED);
    await visit(page, `${rollcall.url}/incidents/${incidents[0].id}`);
    await expect(page.getByRole("main")).toContainText(
      "the request carries a bearer secret as Vercel Cron sends it; this route expects an HMAC signature",
    );
  });

  await test.step("the matrix is red where the scheduler's own proof must be let in, and nowhere else", async () => {
    expect(await red()).toEqual(["valid_scheduler"]);
    await visit(page, `${rollcall.url}/boundary/demo-cron`);
    const table = page.getByRole("table", { name: "Cases of the matrix" });
    const wrong = table.getByRole("row").filter({ hasText: "Not as it should be" });
    await expect(wrong).toHaveCount(2);
    for (const row of await wrong.all()) await expect(row).toContainText("Valid scheduler proof");
    // What went as it should is one row a family, and unfolds.
    const hints = table.getByRole("button", { name: /^Scheduler hints alone · \d+ ways$/ });
    await expect(table).not.toContainText("Upstash QStash");
    await hints.click();
    await expect(table.getByRole("row").filter({ hasText: "Upstash QStash" })).toContainText("refused");
  });

  await test.step("the right contract is put back: the scheduler's next calls resolve all of it", async () => {
    await visit(page, `${rollcall.url}/?range=5m`);
    await card.getByRole("button", { name: "Put the right contract back" }).click();
    await expect(card.getByRole("heading")).toContainText("Gate and scheduler agree");
    // The drift of the boundary, which the red matrix opened, is of the same outage: green resolves it.
    await expect.poll(red, SOON).toEqual([]);
    await expect.poll(() => items("/outages?state=open"), SOON).toEqual([]);
    const resolved = (await items("/incidents?state=resolved")).filter(({ schedule }: Told) => schedule !== undefined);
    // A machine that is busy may miss one of the ten seconds' calls besides, and that incident resolves as well.
    expect([...new Set(resolved.map(({ schedule }: Told) => schedule))].sort()).toEqual(GUARDED);
    await expect(page.getByText("refused at the boundary of demo-cron")).toHaveCount(0);
  });

  await test.step("one button removes it", async () => {
    await card.getByRole("button", { name: "Remove the demo" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove the demo" }).click();
    await expect(page.getByText("The demo was removed")).toBeVisible();
    await expect(card).toHaveCount(0);
    expect(await items("/schedules?tag=demo")).toEqual([]);
    expect(await items("/routes")).toEqual([]);
  });

  expect(complaints).toEqual([]);
  await context.close();
});

test("npm start -- --demo starts with it, and still prints the set-up link", async () => {
  test.setTimeout(360_000);
  const other = await startRollcall({ withAdmin: false, flags: ["--demo"], env: FAST });
  expect(other.output()).toContain("The demo is running: demo-invoices");
  expect(other.setupLink()).toContain(`${other.url}/setup/`);
  await other.stop();
  expect(other.output()).toContain("Stopped");
});
