/** The timeline in a real Chromium, over the built server: how soon lanes are drawn, how smooth they are, what they weigh. */
import type { Browser, Page } from "@playwright/test";
import { signIn } from "../e2e/pages.ts";
import { connectionOf } from "../e2e/past.ts";
import { startRollcall } from "../e2e/rollcall.ts";
import { median } from "./child.ts";
import { footprintOf, openBrowser, openScreen, SCREEN, spentBy } from "./chromium.ts";
import { GESTURES, type Gesture, type Smoothness, smoothness } from "./gestures.ts";
import { insertRegistry } from "./timeline-data.ts";

export interface BrowserFigures {
  readonly registered: number;
  /** ms, from the click: on Timeline, coming from the incidents; on 30 d, to the last lane of the screen. */
  readonly first: number;
  readonly month: number;
  readonly gestures: Readonly<Record<Gesture, Smoothness>>;
  /** A canvas of the same size on an empty page. */
  readonly plain: Smoothness;
  /** Bytes: live objects of the page, and its whole process where /proc tells. */
  readonly heap: number;
  readonly process: number | null;
  /** Bytes of JavaScript as they came, and how many files. */
  readonly scripts: number;
  readonly files: number;
}

/** Clicks, and answers how long it took until the lanes that the screen shows had been drawn, in ms. */
async function clickToDrawn(page: Page, name: string, words: string): Promise<number> {
  const drawn = page.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        let began = 0;
        const note = ({ timeStamp }: Event) => {
          began = timeStamp;
        };
        addEventListener("click", note, { capture: true, once: true });
        const look = () => {
          const lanes = document.querySelector<HTMLElement>("section[aria-label=Lanes]");
          const count = Number(lanes?.querySelector<HTMLElement>("canvas[data-lanes]")?.dataset["lanes"] ?? 0);
          const shown = began > 0 && count > 0 && lanes?.ariaBusy === "false" && lanes.textContent.includes(wanted);
          if (!shown) return requestAnimationFrame(look);
          return requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)));
        };
        look();
      }),
    words,
  );
  await page.getByRole("link", { name, exact: true }).first().click();
  return drawn;
}

/** JavaScript of the page, compressed as it was sent. */
async function weigh(browser: Browser, url: string, from: Page): Promise<{ scripts: number; files: number }> {
  const context = await browser.newContext({ viewport: SCREEN, storageState: await from.context().storageState() });
  const page = await context.newPage();
  const sizes: Promise<number>[] = [];
  page.on("requestfinished", (request) => {
    if (request.resourceType() !== "script") return;
    sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.goto(url);
  await page.locator("canvas[data-lanes]").waitFor({ state: "attached" });
  await page.waitForTimeout(2_000);
  const all = await Promise.all(sizes);
  await context.close();
  return { scripts: all.reduce((sum, size) => sum + size, 0), files: all.length };
}

async function plain(browser: Browser, count: number): Promise<Smoothness> {
  const page = await openScreen(browser);
  await page.goto(`data:text/html,<canvas width="1190" height="1100" style="display:block"></canvas>`);
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const found = await smoothness(page, session, { kind: "plain", count });
  await page.close();
  return found;
}

/** `null` where there is no Chromium. */
export async function browserRound(given: {
  readonly registered: number;
  readonly days: number;
  readonly frames: number;
}): Promise<BrowserFigures | null> {
  const browser = await openBrowser();
  if (!browser) return null;
  const rollcall = await startRollcall({ withAdmin: true });
  try {
    await insertRegistry(connectionOf(rollcall.dataDir), { ...given, now: Date.now() });
    const page = await openScreen(browser);
    await signIn(page, rollcall);
    const [first, month]: [number[], number[]] = [[], []];
    for (let time = 0; time < 3; time++) {
      await page.goto(`${rollcall.url}/incidents`);
      await page.waitForTimeout(1_000);
      first.push(await clickToDrawn(page, "Timeline", "lane-0"));
      month.push(await clickToDrawn(page, "30 d", "30 d"));
    }
    const { scripts, files } = await weigh(browser, `${rollcall.url}/?range=30d`, page);
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const gestures: Partial<Record<Gesture, Smoothness>> = {};
    for (const kind of GESTURES) {
      await page.goto(`${rollcall.url}/?range=30d`);
      await page.locator("section[aria-label=Lanes][aria-busy=false] canvas[data-lanes]").waitFor();
      await page.waitForTimeout(2_000);
      gestures[kind] = await smoothness(page, session, { kind, count: given.frames });
    }
    await session.send("HeapProfiler.collectGarbage");
    const heap = (await spentBy(session))["JSHeapUsedSize"] ?? Number.NaN;
    const process = await footprintOf(browser);
    await page.close();
    const { pan, zoom, scroll } = gestures;
    if (!pan || !zoom || !scroll) throw new Error("a gesture was not measured");
    return {
      ...{ registered: given.registered, first: median(first), month: median(month), scripts, files, heap, process },
      gestures: { pan, zoom, scroll },
      plain: await plain(browser, given.frames),
    };
  } finally {
    await browser.close();
    await rollcall.stop();
  }
}

if (process.argv[1]?.endsWith("browser.ts")) {
  const [registered = "1000", days = "30", frames = "240"] = process.argv.slice(2);
  console.log(await browserRound({ registered: Number(registered), days: Number(days), frames: Number(frames) }));
}
