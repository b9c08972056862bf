/**
 * How every page looks, and what axe says of it: light and dark, on a wide screen and a phone, over the story and with
 * nothing in it yet. Pictures are stored in `looks/`; `npm run e2e -- looks --update-snapshots` makes them anew.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, expect, type Page, test } from "@playwright/test";
import { drawn, settled, signIn } from "./pages.ts";
import { STORY_NOW } from "./story/jobs.ts";
import { type Story, startStory } from "./story/start.ts";

/** Letters are drawn a little otherwise by every major version of the browser. */
const DRAWN_BY = 156;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

interface Look {
  readonly name: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: "light" | "dark";
}
const LIGHT: Look = { name: "light", viewport: WIDE, colorScheme: "light" };
const LOOKS: readonly Look[] = [
  LIGHT,
  { name: "dark", viewport: WIDE, colorScheme: "dark" },
  { name: "phone", viewport: PHONE, colorScheme: "light" },
];

interface Shown {
  readonly name: string;
  readonly path: string;
}
const BUSY: readonly Shown[] = [
  { name: "timeline", path: "/" },
  { name: "timeline-month", path: "/?range=30d" },
  { name: "timeline-table", path: "/?view=table" },
  { name: "incidents", path: "/incidents" },
  { name: "incident", path: "incident of ledger-sync" },
  { name: "schedules", path: "/schedules" },
  { name: "schedule", path: "/schedules/ledger-sync" },
  { name: "editor", path: "/schedules/nightly-etl/edit" },
  { name: "discarded", path: "/discarded" },
  { name: "boundary", path: "/boundary" },
  { name: "import", path: "/import" },
  { name: "people", path: "/settings/people" },
  { name: "keys", path: "/settings/keys" },
  { name: "webhooks", path: "/settings/webhooks" },
  { name: "maintenance", path: "/settings/maintenance" },
  { name: "changes", path: "/settings/changes" },
  { name: "retention", path: "/settings/retention" },
  { name: "audit", path: "/settings/audit" },
  { name: "account", path: "/account" },
  { name: "unknown", path: "/schedules/no-such-job" },
];
const EMPTY: readonly Shown[] = [
  { name: "empty-timeline", path: "/" },
  { name: "empty-incidents", path: "/incidents" },
  { name: "empty-schedules", path: "/schedules" },
  { name: "empty-boundary", path: "/boundary" },
  { name: "new-schedule", path: "/new" },
];

async function openAs(browser: Browser, story: Story, look: Look): Promise<{ context: BrowserContext; page: Page }> {
  const { viewport, colorScheme } = look;
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.clock.setFixedTime(STORY_NOW);
  await signIn(page, story);
  return { context, page };
}

/** The address of the newest incident of a schedule: its id is another each time. */
async function addressOf(page: Page, story: Story, path: string): Promise<string> {
  const of = /^incident of (.+)$/.exec(path)?.[1];
  if (of === undefined) return path;
  const answer = await page.request.get(`${story.url}/api/v1/incidents?schedule=${of}`);
  const { items } = await answer.json();
  return `/incidents/${items[0].id}`;
}

/** What a person who needs it would be kept from by this page. */
async function hindrances(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(of: Document): Promise<{ violations: Found[] }> } };
    interface Found {
      readonly id: string;
      readonly impact: string;
      readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
    }
    const { violations } = await axe.run(document);
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`).join("; ")}`);
  });
}

async function lookAt(page: Page, story: Story, { name, path, look }: Shown & { readonly look: Look }): Promise<void> {
  await page.goto(`${story.url}${await addressOf(page, story, path)}`);
  await (name.endsWith("-in-error") ? settled(page) : drawn(page));
  expect.soft(await hindrances(page), `${name}, ${look.name}`).toEqual([]);
  const drawnBy = Number.parseInt(page.context().browser()?.version() ?? "", 10);
  if (drawnBy === DRAWN_BY) await expect.soft(page).toHaveScreenshot(`${name}-${look.name}.png`);
}

for (const [title, pages, empty] of [
  ["over the story", BUSY, false],
  ["with nothing in it yet", EMPTY, true],
] as const) {
  test.describe(title, () => {
    let story: Story;
    test.beforeAll(async () => {
      test.setTimeout(300_000);
      story = await startStory({ empty });
    });
    test.afterAll(() => story?.stop());
    for (const look of LOOKS) {
      test(`every page, ${look.name}`, async ({ browser }) => {
        test.setTimeout(240_000);
        const { context, page } = await openAs(browser, story, look);
        const drawnBy = Number.parseInt(browser.version(), 10);
        const because = `the stored pictures are drawn by Chromium ${DRAWN_BY}, not ${drawnBy}: only axe was asked`;
        if (drawnBy !== DRAWN_BY) test.info().annotations.push({ type: "note", description: because });
        for (const shown of pages) await lookAt(page, story, { ...shown, look });
        await context.close();
      });
    }
    if (!empty)
      test("pages whose questions are not answered say what to do", async ({ browser }) => {
        const { context, page } = await openAs(browser, story, LIGHT);
        const answer = { type: "about:blank", title: "Unavailable", status: 503, code: "unavailable" };
        const body = JSON.stringify({ ...answer, detail: "The database is away.", doNext: "Try again in 5 s." });
        await page.route("**/api/v1/**", (route) =>
          route.fulfill({ status: 503, contentType: "application/problem+json", body }),
        );
        for (const name of ["timeline", "incidents", "schedules"] as const) {
          const path = name === "timeline" ? "/?range=24h" : `/${name}?q=x`;
          await lookAt(page, story, { name: `${name}-in-error`, path, look: LIGHT });
        }
        await context.close();
      });
  });
}
