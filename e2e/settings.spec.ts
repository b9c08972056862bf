import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@playwright/test";
import { ask, comeIn, openPage, visit } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

let rollcall: Rollcall;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  // Without a ping key of the environment, which could not be replaced here.
  rollcall = await startRollcall({ withAdmin: true, env: { ROLLCALL_PING_KEY: "" } });
});
test.afterAll(() => rollcall?.stop());

test("a maintenance is planned, is under way and is ended early; a webhook is told of chosen events", async ({
  browser,
}) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await comeIn(page, rollcall);

  await test.step("maintenance", async () => {
    await visit(page, `${rollcall.url}/settings/maintenance`);
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
    await visit(page, `${rollcall.url}/settings/webhooks`);
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
    await visit(page, `${rollcall.url}/settings/people`);
    const table = page.getByRole("table", { name: "What each role may do" });
    await expect(table.getByRole("row", { name: /^Edit schedules/ })).toContainText("nonono✓yes");
  });
  expect(complaints).toEqual([]);
  await context.close();
});

const putJob = () =>
  ask(rollcall, "/schedules/old-job", {
    method: "PUT",
    body: { name: "Old job", spec: { kind: "cron", expression: "0 2 * * *" }, timezone: "UTC", graceSeconds: 60 },
  });

test("a webhook is edited, and a test shows how it went and when it is tried again", async ({ browser }) => {
  const taken: string[] = [];
  const receiver = createServer((request, response) => {
    request.on("data", (bytes) => taken.push(String(bytes)));
    request.on("end", () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const { port } = receiver.address() as AddressInfo;
  await ask(rollcall, "/webhooks/data-team", { method: "PUT", body: { url: "http://127.0.0.1:1/nobody" } });
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/settings/webhooks`);
  await page.getByRole("button", { name: "Send a test to data-team" }).click();
  const sent = page.getByRole("list", { name: "Sent to data-team" }).getByRole("listitem");
  await expect(sent).toContainText("tried again");
  await expect(page).toHaveURL(/sent=data-team/);
  await page.getByRole("button", { name: "Edit data-team" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Address").fill(`http://127.0.0.1:${port}/hook`);
  await dialog.getByRole("group", { name: "Acceleration" }).getByLabel("requested").uncheck();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Send a test to data-team" }).click();
  await expect(sent.first()).toContainText("Answered 204, at the first try");
  expect(taken.join("")).toContain("webhook.test");
  const { events, version } = await ask(rollcall, "/webhooks/data-team");
  expect([events.includes("acceleration.requested"), version]).toEqual([false, 2]);
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await context.close();
});

test("how long things are kept is changed, and asked about where it drops something", async ({ browser }) => {
  const { pingUrl } = await putJob();
  expect((await fetch(`${pingUrl}`, { method: "POST", body: "a log" })).status).toBe(200);
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/settings/retention`);
  const runs = page.getByLabel("Runs and check-ins");
  await runs.fill("3");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Write 8 to 3,650 days.")).toBeVisible();
  await runs.fill("120");
  await page.getByRole("button", { name: "Save" }).click();
  // What goes with the runs has to stay as long as they do.
  await expect(page.getByText("must be kept at least as long as runs").first()).toBeVisible();
  for (const name of ["Decisions", "Attempts"]) await page.getByLabel(name, { exact: true }).fill("120");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("What is set here goes before ROLLCALL_RETENTION_DAYS.")).toBeVisible();
  expect(await ask(rollcall, "/settings/retention")).toMatchObject({ runsSeconds: 120 * 86_400, version: 2 });
  await page.route("**/settings/retention/preview", (route) =>
    route.fulfill({ json: { drops: [{ kind: "logs", rows: 1_234 }] } }),
  );
  await page.getByLabel("Logs", { exact: true }).fill("30");
  await page.getByRole("button", { name: "Save" }).click();
  const question = page.getByRole("dialog");
  await expect(question).toContainText("drops 1,234 logs, whose runs stay");
  await question.getByRole("button", { name: "Leave it" }).click();
  expect(await ask(rollcall, "/settings/retention")).toMatchObject({ version: 2 });
  await page.getByRole("button", { name: "Save" }).click();
  await question.getByRole("button", { name: "Keep less" }).click();
  await expect(question).toBeHidden();
  await expect.poll(async () => (await ask(rollcall, "/settings/retention")).version).toBe(3);
  expect(await ask(rollcall, "/settings/retention")).toMatchObject({ logsSeconds: 30 * 86_400 });
  expect(complaints.filter((one) => !one.includes("422"))).toEqual([]);
  await context.close();
});

test("the ping key is replaced, and jobs that have the old one go on for as long as was said", async ({ browser }) => {
  await putJob();
  const { key: old } = await ask(rollcall, "/settings/ping-key");
  const context = await browser.newContext();
  const { page } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/settings/ping`);
  await page.getByRole("button", { name: "Make another key…" }).click();
  await page.getByRole("dialog").getByLabel("The present key is taken").selectOption("86400");
  await page.getByRole("dialog").getByRole("button", { name: "Make another key" }).click();
  await expect(page.getByText("The key before this one is taken until")).toBeVisible();
  const { key } = await ask(rollcall, "/settings/ping-key");
  await expect(page.getByText(key, { exact: true })).toBeVisible();
  for (const one of [old, key]) {
    await expect.poll(async () => (await fetch(`${rollcall.url}/ping/${one}/old-job`)).status).toBe(200);
  }
  await context.close();
});

test("a deploy is marked; the audit log is narrowed by who and what, and the address holds it", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await comeIn(page, rollcall);
  await visit(page, `${rollcall.url}/settings/changes`);
  await page.getByRole("button", { name: "Mark it" }).click();
  await expect(page.getByText("Say what changed.")).toBeVisible();
  await page.getByLabel("What changed").fill("Deploy 4.2 of billing");
  await page.getByRole("button", { name: "Mark it" }).click();
  await expect(page.getByRole("list", { name: "Changes" })).toContainText(
    "Deploy 4.2 of billing of all schedules, by ada",
  );
  await visit(page, `${rollcall.url}/settings/audit`);
  await page.getByRole("combobox", { name: "What" }).selectOption("change.marked");
  const log = page.getByRole("list", { name: "Audit log" });
  await expect(log.getByRole("listitem")).toHaveCount(1);
  await expect(page).toHaveURL(/action=change.marked/);
  await page.reload();
  await expect(log.getByRole("listitem")).toHaveCount(1);
  await page.goBack();
  await expect(log.getByRole("listitem").nth(2)).toBeVisible();
  await visit(page, `${rollcall.url}/settings/about`);
  await expect(page.getByText("the one that Rollcall brings along")).toBeVisible();
  await expect(page.getByText("pages and engine")).toBeVisible();
  expect(complaints).toEqual([]);
  await context.close();
});
