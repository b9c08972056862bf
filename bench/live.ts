/**
 * From a check-in being sent to its run being drawn on an open timeline, in a real Chromium; beside it a bare echo over
 * server-sent events in the same browser. Both ends read the machine's clock.
 */
import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "@playwright/test";
import { ask, signIn } from "../e2e/pages.ts";
import { type Rollcall, startRollcall } from "../e2e/rollcall.ts";
import { openBrowser, openScreen } from "./chromium.ts";

/** When what was sent had been drawn, in ms since the epoch, by what it is known by. */
declare global {
  interface Window {
    drawn: Record<string, number>;
  }
}

const now = (): number => performance.timeOrigin + performance.now();

async function latencies(count: number, once: () => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) {
    all.push(await once());
    // Not in step with anything that beats.
    await sleep(150 + ((i * 97) % 200));
  }
  return all;
}

async function bareEcho(browser: Browser, count: number): Promise<number[]> {
  const listening = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.url === "/stream") {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      listening.add(response);
      return;
    }
    if (request.url?.startsWith("/say/")) for (const one of listening) one.write(`data: ${request.url.slice(5)}\n\n`);
    response.setHeader("content-type", "text/html");
    response.end("<canvas></canvas>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const page = await openScreen(browser);
  await page.goto(url);
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        window.drawn = {};
        const stream = new EventSource("/stream");
        stream.onopen = resolve;
        stream.onmessage = ({ data }) => {
          document.querySelector("canvas")?.getContext("2d")?.fillRect(0, 0, 9, 9);
          requestAnimationFrame(() =>
            setTimeout(() => {
              window.drawn[data] = performance.timeOrigin + performance.now();
            }),
          );
        };
      }),
  );
  const all = await latencies(count, async () => {
    const id = randomUUID();
    const sent = now();
    await fetch(`${url}/say/${id}`);
    const drawn = await page.waitForFunction((asked) => window.drawn[asked], id, { polling: 20 });
    return ((await drawn.jsonValue()) ?? Number.NaN) - sent;
  });
  await page.close();
  server.closeAllConnections();
  server.close();
  return all;
}

/** Notes for each run how new the canvas says that it is, and when that had been on the screen. */
async function watchDrawing(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.drawn = {};
    const canvas = document.querySelector<HTMLCanvasElement>("canvas[data-newest]");
    if (!canvas) throw new Error("no lanes are drawn");
    new MutationObserver(() => {
      const newest = canvas.dataset["newest"] ?? "";
      requestAnimationFrame(() =>
        setTimeout(() => {
          window.drawn[newest] ??= performance.timeOrigin + performance.now();
        }),
      );
    }).observe(canvas, { attributeFilter: ["data-newest"] });
  });
}

async function ours(page: Page, pingUrl: string): Promise<number> {
  const sent = now();
  await fetch(pingUrl, { method: "POST" });
  const drawn = await page.waitForFunction(
    (since) => {
      const newest = Object.keys(window.drawn).find((at) => Number(at) >= since);
      return newest === undefined ? undefined : window.drawn[newest];
    },
    Math.floor(sent),
    { polling: 20 },
  );
  return ((await drawn.jsonValue()) ?? Number.NaN) - sent;
}

async function timelineRound(browser: Browser, rollcall: Rollcall, count: number): Promise<number[]> {
  const fields = { name: "Live", timezone: "UTC", graceSeconds: 600, spec: { kind: "interval", everySeconds: 20 } };
  const { pingUrl } = await ask(rollcall, "/schedules/live", { method: "PUT", body: fields });
  const page = await openScreen(browser);
  await signIn(page, rollcall);
  await page.goto(`${rollcall.url}/?range=1h`);
  await page.locator("[data-live=live]").waitFor({ state: "attached" });
  await page.locator("canvas[data-newest]").waitFor({ state: "attached" });
  await watchDrawing(page);
  await latencies(3, () => ours(page, pingUrl));
  const all = await latencies(count, () => ours(page, pingUrl));
  await page.close();
  return all;
}

export interface LiveFigures {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}

/** Milliseconds each; `null` where there is no Chromium. */
export async function liveRound(count: number): Promise<LiveFigures | null> {
  const browser = await openBrowser();
  if (!browser) return null;
  const rollcall = await startRollcall({ withAdmin: true });
  try {
    return { ours: await timelineRound(browser, rollcall, count), bare: await bareEcho(browser, count) };
  } finally {
    await browser.close();
    await rollcall.stop();
  }
}
