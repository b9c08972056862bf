/** npm run pictures: the pictures of the README, taken of the story, light and dark. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { LAUNCH } from "./chromium.ts";
import { drawn, signIn } from "./pages.ts";
import { STORY_NOW } from "./story/jobs.ts";
import { startStory } from "./story/start.ts";

const FOLDER = fileURLToPath(new URL("../docs/pictures", import.meta.url));
const SIZE = { width: 1360, height: 850 };

const story = await startStory({ empty: false });
const browser = await chromium.launch(LAUNCH);
try {
  mkdirSync(FOLDER, { recursive: true });
  for (const colorScheme of ["light", "dark"] as const) {
    const context = await browser.newContext({ viewport: SIZE, colorScheme, timezoneId: "America/New_York" });
    const page = await context.newPage();
    await page.clock.setFixedTime(STORY_NOW);
    await signIn(page, story);
    const answer = await page.request.get(`${story.url}/api/v1/incidents?schedule=nightly-etl`);
    const [incident] = (await answer.json()).items;
    const shown = { timeline: "/", incident: `/incidents/${incident.id}`, editor: "/schedules/sync-crm/edit" };
    for (const [name, path] of Object.entries(shown)) {
      await page.goto(`${story.url}${path}`);
      await drawn(page);
      await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`), animations: "disabled" });
    }
    await context.close();
  }
} finally {
  await browser.close();
  await story.stop();
}
