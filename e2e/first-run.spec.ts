import { execFileSync } from "node:child_process";
import { expect, test } from "@playwright/test";
import { openPage, visit } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

// The second journey goes on with what the first has made.
test.describe.configure({ mode: "serial" });
let rollcall: Rollcall;
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: false });
});
test.afterAll(() => rollcall?.stop());

const ADA = { name: "Ada Adamson", email: "ada@example.com", password: "a long enough one 1" };

test("from the set-up link to a first verdict, by the line that the page gives", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);

  await test.step("the set-up link leads to the account, and the account to the first schedule", async () => {
    await visit(page, rollcall.setupLink());
    await page.getByLabel("E-mail").fill(ADA.email);
    await page.getByLabel("Name").fill(ADA.name);
    await page.getByLabel("Password").fill(ADA.password);
    await page.getByRole("button", { name: "Make the account" }).click();
    await expect(page.getByRole("heading", { name: "Which run should never go missing?" })).toBeVisible();
    await expect(page).toHaveURL(`${rollcall.url}/first-run`);
    await expect(page.getByRole("listitem").filter({ hasText: "First schedule" })).toHaveAttribute(
      "aria-current",
      "step",
    );
  });

  await test.step("what is typed is said in words, and what is wrong beside its field", async () => {
    await expect(page.getByLabel("In zone")).toHaveValue("America/New_York");
    await expect(page.getByText(/^Every 5 minutes\. Next at \d\d:\d\d\.$/)).toBeVisible();
    await page.getByLabel("It should run").fill("61 * * * *");
    await expect(page.getByLabel("It should run")).toHaveAttribute("aria-invalid", "true");
    await page.getByLabel("It should run").fill("every 6 h");
    await expect(page.getByText(/^At most 6 hours after the last run started\./)).toBeVisible();
    await page.getByRole("button", { name: "Watch it" }).click();
    await expect(page.getByText("Give it a name.")).toBeVisible();
    await page.getByLabel("The job").fill("Backup");
    await page.getByRole("button", { name: "Watch it" }).click();
  });

  await test.step("it waits, and hears the very line that it gives", async () => {
    await expect(page.getByText("Waiting for its first check-in")).toBeVisible();
    await expect(page).toHaveURL(`${rollcall.url}/first-run?slug=backup`);
    await page.getByRole("tab", { name: "curl" }).click();
    const script = await page.getByRole("tabpanel").locator("pre").textContent();
    expect(script).toContain(`${rollcall.url}/ping/`);
    execFileSync("sh", ["-c", (script ?? "").replace("./backup.sh", "true")]);
    await expect(page.getByText("Heard it: on time")).toBeVisible();
    await expect(page.getByRole("listitem").filter({ hasText: "First verdict" })).toContainText("✓");
  });

  await test.step("a page that is opened anew shows the same, and leads to the timeline", async () => {
    await page.reload();
    await expect(page.getByText("Heard it: on time")).toBeVisible();
    await page.getByRole("link", { name: "Open the timeline" }).click();
    await expect(page.getByRole("listitem").filter({ hasText: "Backup" })).toContainText("On time");
  });

  await test.step("a check-in ahead of the first window is heard too, and counts for none", async () => {
    await visit(page, `${rollcall.url}/first-run`);
    await page.getByLabel("The job").fill("Backup");
    await page.getByLabel("It should run").fill("0 0 1 1 *");
    await page.getByRole("button", { name: "Watch it" }).click();
    // The name is taken by now: it changes nobody else's schedule.
    await expect(page).toHaveURL(`${rollcall.url}/first-run?slug=backup-2`);
    await expect(page.getByText(/^Expected between/)).toBeVisible();
    const line = await page.getByRole("tabpanel").locator("pre").textContent();
    expect(line).toContain("0 0 1 1 *  backup-2.sh");
    execFileSync("sh", ["-c", (line ?? "").replace("0 0 1 1 *  backup-2.sh", "true")]);
    await expect(page.getByText("Heard it, ahead of its first window")).toBeVisible();
  });
  // Chromium says so of every answer that refuses: of the expression above that is none.
  expect(complaints.filter((text) => !text.includes("422 (Unprocessable Entity)"))).toEqual([]);
  await context.close();
});

test("a crontab is read, looked through and made, each row with its result", async ({ browser }) => {
  const context = await browser.newContext();
  const { page, complaints } = await openPage(context);
  await visit(page, `${rollcall.url}/sign-in?next=/import`);
  await page.getByLabel("E-mail").fill(ADA.email);
  await page.getByLabel("Password").fill(ADA.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  const area = page.getByRole("textbox", { name: /^Paste a crontab/ });
  await area.fill(
    [
      "CRON_TZ=Europe/Berlin",
      "30 2 * * * /opt/nightly-etl.sh",
      "*/15 * * * * /opt/poll.sh # Poll the queue",
      "0 3 * * * /opt/backup.sh",
      "@reboot /opt/agent",
    ].join("\n"),
  );
  await page.getByRole("button", { name: "Read it" }).click();
  await expect(page.getByText("4 found, 1 of them cannot be watched.")).toBeVisible();
  await expect(page.getByText(/^@reboot fires when the machine starts/)).toBeVisible();
  const row = (name: string) => page.getByRole("listitem").filter({ hasText: name });
  await expect(row("nightly-etl")).toContainText("At 02:30. Europe/Berlin, read as crontab.");
  await expect(row("/opt/backup.sh")).toContainText("is there already");
  await expect(row("/opt/backup.sh").getByRole("checkbox")).not.toBeChecked();

  await test.step("a short name that is somebody's is refused, the others are made", async () => {
    await row("poll.sh").getByLabel("Short name, for addresses").fill("backup");
    await page.getByRole("button", { name: "Watch these 2" }).click();
    await expect(row("nightly-etl")).toContainText("Made: nightly-etl");
    await expect(row("poll.sh")).toContainText("There is a schedule “backup” already.");
    await expect(page.getByText("1 made, 1 refused: see why beside each.")).toBeVisible();
  });
  await test.step("it is mended in its place, and made", async () => {
    await row("poll.sh").getByLabel("Short name, for addresses").fill("poll");
    await page.getByRole("button", { name: "Try 1 again" }).click();
    await expect(row("poll.sh")).toContainText("Made: poll");
    await page.getByRole("link", { name: "See them among the schedules" }).click();
    await expect(page.getByRole("link", { name: "Poll the queue" })).toBeVisible();
  });
  expect(complaints).toEqual([]);
  await context.close();
});
