/** A real Chromium for measuring, as the journeys start it. */
import { readFileSync } from "node:fs";
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from "@playwright/test";
import { needChromium } from "../scripts/chromium.mjs";

const ARGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];
export const SCREEN = { width: 1440, height: 900 } as const;

/** `null` where there is no Chromium. */
export async function openBrowser(): Promise<Browser | null> {
  const found = needChromium();
  return "path" in found ? chromium.launch({ executablePath: found.path, args: ARGS }) : null;
}

/** With a profile of its own, whose cookies whoever comes by the debugging port shares. */
export async function openProfile(folder: string, port: number): Promise<BrowserContext | null> {
  const found = needChromium();
  if (!("path" in found)) return null;
  const args = [...ARGS, `--remote-debugging-port=${port}`];
  return chromium.launchPersistentContext(folder, { executablePath: found.path, args, viewport: null });
}

export async function openScreen(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: SCREEN });
  // What compiles this folder keeps the names of functions by calling this.
  await page.addInitScript({ content: "globalThis.__name = (named) => named;" });
  return page;
}

/** Of the process that draws a page: anonymous memory, swapped or not, as Chromium's task manager counts it. Bytes. */
export async function footprintOf(browser: Browser): Promise<number | null> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const all = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => anonymous(id));
  return all.some((one) => one === null) ? null : Math.max(...all.map((one) => one ?? 0));
}

/** `null` where there is no /proc. */
function anonymous(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const kilobytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
    return (kilobytes("RssAnon") + kilobytes("VmSwap")) * 1_024;
  } catch {
    return null;
  }
}

/** Seconds that a page's main thread has spent so far. */
export async function spentBy(session: CDPSession): Promise<Readonly<Record<string, number>>> {
  const { metrics } = await session.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}
