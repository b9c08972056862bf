/**
 * How every page looks, and what axe says of it: light and dark, on a wide screen and a phone, over the story and with
 * nothing in it yet. Pictures are stored in `looks/`; `npm run e2e -- looks --update-snapshots` makes them anew.
 */
import { type Browser, type BrowserContext, expect, type Page, test } from "@playwright/test";
import { hindrances, watched, wrongWith } from "./owed.ts";
import { drawn, signIn, visit } from "./pages.ts";
import { STORY_NOW } from "./story/jobs.ts";
import { type Story, startStory } from "./story/start.ts";

/** Letters are drawn a little otherwise by every major version of the browser. */
const DRAWN_BY = 156;

/** Chromium says so of the one page that is not there. */
const isUnexpected = (complaint: string): boolean => !complaint.includes("404 (Not Found)");

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

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
  { name: "accelerations", path: "/accelerations" },
  { name: "acceleration", path: "acceleration of billing-usage" },
  { name: "import", path: "/import" },
  { name: "people", path: "/settings/people" },
  { name: "keys", path: "/settings/keys" },
  { name: "webhooks", path: "/settings/webhooks" },
  { name: "connections", path: "/settings/connections" },
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
  { name: "empty-accelerations", path: "/accelerations" },
  { name: "empty-connections", path: "/settings/connections" },
  { name: "new-schedule", path: "/new" },
];

const TROUBLED: readonly Shown[] = [
  { name: "trouble-accelerations", path: "/accelerations" },
  { name: "trouble-drifted", path: "acceleration of sync-crm" },
  { name: "trouble-revert-failing", path: "acceleration of warehouse-load" },
  { name: "trouble-revert-incident", path: "incident of warehouse-load" },
  { name: "trouble-running", path: "acceleration of invoices" },
  { name: "trouble-making-good", path: "incident of usage-report" },
  { name: "trouble-connections", path: "/settings/connections" },
];

/** One session for all of a story: how often somebody has signed in stands on a page. */
type Session = Awaited<ReturnType<BrowserContext["storageState"]>>;

async function sessionOf(browser: Browser, story: Story): Promise<Session> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.clock.setFixedTime(STORY_NOW);
  await signIn(page, story);
  const session = await context.storageState();
  await context.close();
  return session;
}

interface Opening {
  readonly story: Story;
  readonly session: Session;
  readonly viewport: typeof WIDE;
}

async function openAs(browser: Browser, { story, session, viewport }: Opening) {
  const look = { viewport, colorScheme: "light", reducedMotion: "reduce" } as const;
  const context = await browser.newContext({ ...look, storageState: session });
  const opened = await watched(context, story);
  await opened.page.clock.setFixedTime(STORY_NOW);
  return { context, ...opened };
}

/** The address of the newest incident, or acceleration, of a schedule: its id is another each time. */
async function addressOf(page: Page, story: Story, path: string): Promise<string> {
  const [, kind, of] = /^(incident|acceleration) of (.+)$/.exec(path) ?? [];
  if (of === undefined) return path;
  const answer = await page.request.get(`${story.url}/api/v1/${kind}s?schedule=${of}`);
  const { items } = await answer.json();
  return `/${kind}s/${items[0].id}`;
}

async function picture(page: Page, name: string): Promise<void> {
  const drawnBy = Number.parseInt(page.context().browser()?.version() ?? "", 10);
  if (drawnBy === DRAWN_BY) return expect.soft(page).toHaveScreenshot(`${name}.png`);
  const because = `the stored pictures are drawn by Chromium ${DRAWN_BY}, not ${drawnBy}: only axe was asked`;
  const { annotations } = test.info();
  if (!annotations.some(({ description }) => description === because))
    annotations.push({ type: "note", description: because });
}

/** The picture first: it is taken again until the page has become what it has to be. */
async function lookAt(page: Page, name: string): Promise<void> {
  await picture(page, name);
  expect.soft(await hindrances(page), name).toEqual([]);
}

for (const [title, pages, told] of [
  ["over the story", BUSY, {}],
  ["with nothing in it yet", EMPTY, { empty: true }],
  ["over a night of troubles", TROUBLED, { troubles: true }],
] as const) {
  test.describe(title, () => {
    let story: Story;
    let session: Session;
    test.beforeAll(async ({ browser }) => {
      test.setTimeout(300_000);
      story = await startStory(told);
      session = await sessionOf(browser, story);
    });
    test.afterAll(() => story?.stop());

    test("every page at a desk, light and dark", async ({ browser }) => {
      test.setTimeout(240_000);
      const { context, page, complaints, foreign } = await openAs(browser, { story, session, viewport: WIDE });
      for (const { name, path } of pages) {
        await visit(page, `${story.url}${await addressOf(page, story, path)}`);
        await drawn(page);
        await lookAt(page, `${name}-light`);
        // The same page in other colours, as it turns when evening comes.
        await page.emulateMedia({ colorScheme: "dark" });
        await picture(page, `${name}-dark`);
        expect.soft(await hindrances(page, { only: "colours" }), `${name}-dark`).toEqual([]);
        await page.emulateMedia({ colorScheme: "light" });
      }
      expect([foreign, complaints.filter(isUnexpected)]).toEqual([[], []]);
      await context.close();
    });

    test("every page on a phone", async ({ browser }) => {
      test.setTimeout(240_000);
      const { context, page, complaints, foreign } = await openAs(browser, { story, session, viewport: PHONE });
      for (const { name, path } of pages) {
        await visit(page, `${story.url}${await addressOf(page, story, path)}`);
        await drawn(page);
        await lookAt(page, `${name}-phone`);
        expect.soft(await wrongWith(page), `${name}-phone`).toEqual([]);
      }
      expect([foreign, complaints.filter(isUnexpected)]).toEqual([[], []]);
      await context.close();
    });

    if (pages === BUSY)
      test("pages whose questions are not answered say what to do", async ({ browser }) => {
        const { context, page } = await openAs(browser, { story, session, viewport: WIDE });
        const answer = { type: "about:blank", title: "Unavailable", status: 503, code: "unavailable" };
        const body = JSON.stringify({ ...answer, detail: "The database is away.", doNext: "Try again in 5 s." });
        await page.route("**/api/v1/**", (route) =>
          route.fulfill({ status: 503, contentType: "application/problem+json", body }),
        );
        for (const name of ["timeline", "incidents", "schedules"] as const) {
          const path = name === "timeline" ? "/?range=24h" : `/${name}?q=x`;
          await visit(page, `${story.url}${path}`);
          // It is asked again first, a little later each time.
          await page.getByText("The database is away.").first().waitFor();
          await lookAt(page, `${name}-in-error-light`);
        }
        await context.close();
      });
  });
}
