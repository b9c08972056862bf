/**
 * npm run pictures: the pictures of the README, light and dark. Those of the product are taken of the story, in a minute;
 * those of the boundary's story of a real Rollcall and its demo, whose jobs run each minute: that takes six.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "@playwright/test";
import { LAUNCH } from "./chromium.ts";
import { ask, comeIn, drawn, visit } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";
import { STORY_NOW } from "./story/jobs.ts";
import { startStory } from "./story/start.ts";

const FOLDER = fileURLToPath(new URL("../docs/pictures", import.meta.url));
const SIZE = { width: 1360, height: 850 };
const ZONE = "America/New_York";
const AT_MOST = 10 * 60_000;

type Scheme = "light" | "dark";

/** The port is another each time: the one of the README stands for all of them. */
async function withoutPort(page: Page): Promise<void> {
  for (const host of await page.getByText(/^127\.0\.0\.1:\d+$/).all())
    await host.evaluate((element) => {
      element.textContent = "127.0.0.1:3000";
    });
}

async function take(page: Page, name: string, scheme: Scheme): Promise<void> {
  await drawn(page);
  await withoutPort(page);
  await page.screenshot({ path: join(FOLDER, `${name}-${scheme}.png`), animations: "disabled" });
}

async function ofTheProduct(browser: Browser): Promise<void> {
  const story = await startStory({ empty: false });
  try {
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ viewport: SIZE, colorScheme, timezoneId: ZONE });
      const page = await context.newPage();
      await page.clock.setFixedTime(STORY_NOW);
      await comeIn(page, story);
      const answer = await page.request.get(`${story.url}/api/v1/incidents?schedule=nightly-etl`);
      const [incident] = (await answer.json()).items;
      const shown = { timeline: "/", incident: `/incidents/${incident.id}`, editor: "/schedules/sync-crm/edit" };
      for (const [name, path] of Object.entries(shown)) {
        await visit(page, `${story.url}${path}`);
        await take(page, name, colorScheme);
      }
      await context.close();
    }
  } finally {
    await story.stop();
  }
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + AT_MOST; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 1_000)))
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
}

/** How many windows of a job of the demo have a verdict, and by which cause. */
async function counted(rollcall: Rollcall, verdict: string, cause?: string): Promise<number> {
  const { items } = await ask(rollcall, "/schedules/demo-invoices/windows");
  return items.filter((one: { verdict: string; cause?: string }) => one.verdict === verdict && one.cause === cause)
    .length;
}

/** The demo: four jobs come in by a real gate; the gate is made to expect what their scheduler cannot make. */
async function ofTheBoundary(browser: Browser): Promise<void> {
  const rollcall = await startRollcall({ withAdmin: true, flags: ["--demo"] });
  try {
    // A process that is still starting says so.
    await until("the demo", async () => (await ask(rollcall, "/demo").catch(() => null))?.running === true);
    await until("three good runs", async () => (await counted(rollcall, "on_time")) >= 3);
    await ask(rollcall, "/demo/contract", { method: "POST", body: { wrong: true } });
    await until("three refusals", async () => (await counted(rollcall, "missing", "rejected")) >= 3);
    await ask(rollcall, "/routes/demo-cron/verify", { method: "POST" });
    const [incident] = (await ask(rollcall, "/incidents?schedule=demo-invoices&state=open")).items;
    const shown = {
      "story-timeline": "/?range=15m&tag=demo",
      "story-incident": `/incidents/${incident.id}`,
      "story-matrix": "/boundary/demo-cron",
    };
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ viewport: SIZE, colorScheme, timezoneId: ZONE });
      const page = await context.newPage();
      await comeIn(page, rollcall);
      for (const [name, path] of Object.entries(shown)) {
        await visit(page, `${rollcall.url}${path}`);
        await take(page, name, colorScheme);
      }
      await context.close();
    }
  } finally {
    await rollcall.stop();
  }
}

const browser = await chromium.launch(LAUNCH);
try {
  mkdirSync(FOLDER, { recursive: true });
  await ofTheProduct(browser);
  await ofTheBoundary(browser);
} finally {
  await browser.close();
}
