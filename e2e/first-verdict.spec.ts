import { type APIRequestContext, expect, test } from "@playwright/test";
import { openPage, sleepUntil, visit } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

let rollcall: Rollcall;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: false });
});
test.afterAll(() => rollcall?.stop());

const ADA = { name: "Ada Adamson", email: "ada@example.com", password: "a long enough one 1" };
const ROSA = { name: "Rosa Silva", email: "rosa@example.com", password: "a long enough one 2" };

interface Told {
  readonly nextExpectedAt: string;
  readonly pingUrl: string;
}

test("from an empty folder to a run that is missed, taken by a responder and made good", async ({ browser }) => {
  const [adas, rosas] = [await browser.newContext(), await browser.newContext()];
  const ada = await openPage(adas);
  const rosa = await openPage(rosas);
  const read = async (request: APIRequestContext, path: string) => {
    const answer = await request.get(`${rollcall.url}/api/v1${path}`);
    expect(answer.ok(), path).toBe(true);
    return answer.json();
  };

  await test.step("the set-up link on the console makes the first admin", async () => {
    await visit(ada.page, rollcall.setupLink());
    await ada.page.getByLabel("E-mail").fill(ADA.email);
    await ada.page.getByLabel("Name").fill(ADA.name);
    await ada.page.getByLabel("Password").fill(ADA.password);
    await ada.page.getByRole("button", { name: "Make the account" }).click();
    await expect(ada.page.getByText("Which run should never go missing?")).toBeVisible();
    await ada.page.getByRole("link", { name: "Later: open the timeline" }).click();
    await expect(ada.page.getByRole("heading", { name: "Timeline" })).toBeVisible();
    await expect(ada.page.getByText("Which run should never go missing?")).toBeVisible();
    await expect(ada.page.locator("code", { hasText: "nightly-backup?create=1" })).toBeVisible();
  });

  await test.step("she invites a responder, who comes in by the link", async () => {
    await ada.page.getByRole("link", { name: "Settings" }).click();
    await ada.page.getByLabel("E-mail").fill(ROSA.email);
    await ada.page.getByLabel("Name").fill(ROSA.name);
    await ada.page.getByRole("combobox", { name: "Role", exact: true }).selectOption("responder");
    await ada.page.getByRole("button", { name: "Invite" }).click();
    const link = await ada.page.getByRole("dialog").locator("code").textContent();
    await ada.page.getByRole("button", { name: "I have it" }).click();
    await expect(ada.page.getByText(ROSA.email)).toBeVisible();

    await visit(rosa.page, link ?? "");
    await rosa.page.getByLabel("Password").fill(ROSA.password);
    await rosa.page.getByRole("button", { name: "Come in" }).click();
    await expect(rosa.page.getByRole("heading", { name: "Timeline" })).toBeVisible();
  });

  await test.step("she makes a schedule, and sees in words and times what it will expect", async () => {
    await visit(ada.page, `${rollcall.url}/new`);
    await ada.page.getByLabel("Name", { exact: true }).fill("Heartbeat");
    await expect(ada.page.getByLabel("Short name, for addresses")).toHaveValue("heartbeat");
    await ada.page.getByRole("button", { name: "Interval" }).click();
    await ada.page.getByLabel("Every").fill("6 s");
    await ada.page.getByLabel("Grace").fill("2 s");
    await expect(ada.page.getByText(/^Every 6 seconds/)).toBeVisible();
    await expect(ada.page.getByRole("region", { name: "Next ten times" }).getByRole("row")).toHaveCount(11);
    await ada.page.getByRole("button", { name: "Watch it" }).click();
    await expect(ada.page.getByText("Nothing has been heard of this job yet")).toBeVisible();
  });

  const { pingUrl } = (await read(adas.request, "/schedules/heartbeat")) as Told;
  const nextTime = async () => Date.parse(((await read(adas.request, "/schedules/heartbeat")) as Told).nextExpectedAt);
  // The page gives it in a line to be copied, and in more languages beside it.
  await expect(ada.page.locator("code", { hasText: pingUrl }).first()).toBeVisible();
  const checkIn = async () => {
    const answer = await fetch(pingUrl);
    expect(await answer.text()).toBe("OK");
  };
  const lane = rosa.page.getByRole("listitem").filter({ hasText: "Heartbeat" });

  let missedAfter = 0;
  await test.step("a check-in shows as a run on the timeline", async () => {
    await visit(rosa.page, `${rollcall.url}/?range=5m`);
    const at = await nextTime();
    await sleepUntil(at + 100);
    await checkIn();
    missedAfter = at;
    await expect(lane).toContainText("1 on time");
    await expect(ada.page.getByText(/^Last heard of/)).toBeVisible();
  });

  await test.step("the next window passes without one: missing within a second of the grace, and soon on the page", async () => {
    // Where all went slowly, a window before the first check-in is missing too: this is about the one after it.
    const from = new Date(missedAfter + 1_000).toISOString();
    const windows = async () => (await read(adas.request, `/schedules/heartbeat/windows?from=${from}`)).items;
    const ofMissing = ({ verdict }: { verdict: string }) => verdict === "missing";
    const soon = { timeout: 20_000, intervals: [200] };
    await expect.poll(async () => (await windows()).some(ofMissing), soon).toBe(true);
    await expect(lane).toContainText(/\d missing/);
    const seenAt = Date.now();
    const missed = (await windows()).find(ofMissing);
    expect(missed).toMatchObject({ cause: "silent", runs: [] });
    const [incident] = (await read(adas.request, "/incidents")).items;
    const late = Date.parse(incident.openedAt) - Date.parse(missed.dueBy);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThanOrEqual(1_000);
    expect(seenAt - Date.parse(missed.dueBy)).toBeLessThanOrEqual(5_000);
  });

  await test.step("the responder takes the incident by a key", async () => {
    await rosa.page.getByRole("link", { name: "Incidents" }).click();
    await rosa.page.getByRole("link", { name: /heartbeat/ }).click();
    await expect(rosa.page.getByRole("heading", { level: 1 })).toContainText(/^heartbeat: .* missing since/);
    await expect(rosa.page.getByText("Silent: no firing is known")).toBeVisible();
    await rosa.page.keyboard.press("a");
    await rosa.page
      .getByRole("dialog")
      .getByLabel("Note, if there is something to say")
      .fill("Looking at the crontab.");
    await rosa.page.getByRole("dialog").getByRole("button", { name: "Acknowledge" }).click();
    await expect(rosa.page.getByText("Acknowledged by Rosa Silva")).toBeVisible();
    await expect(rosa.page.getByText("Acknowledged: Looking at the crontab.")).toBeVisible();
  });

  await test.step("the next check-in in time resolves it", async () => {
    await sleepUntil((await nextTime()) + 100);
    await checkIn();
    await expect(rosa.page.getByText(/^Resolved by/)).toBeVisible();
    const [incident] = (await read(adas.request, "/incidents")).items;
    expect(incident.state).toBe("resolved");
  });

  expect([...ada.complaints, ...rosa.complaints]).toEqual([]);
  await adas.close();
  await rosas.close();
});
