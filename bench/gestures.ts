/** What a hand does to the timeline, once a frame, and how long the frames take; beside a plain canvas on an empty page. */
import type { CDPSession, Page } from "@playwright/test";
import { percentile } from "./child.ts";
import { spentBy } from "./chromium.ts";

export const GESTURES = ["pan", "zoom", "scroll"] as const;
export type Gesture = (typeof GESTURES)[number];

interface Frames {
  /** From one frame to the next, in ms. */
  readonly gaps: readonly number[];
  /** Tasks that held the page up for 50 ms or more, in ms. */
  readonly long: readonly number[];
}

export interface Smoothness {
  /** ms */
  readonly p95: number;
  readonly longest: number;
  /** Of the main thread, in ms a frame: script, and all of it. */
  readonly script: number;
  readonly work: number;
}

/** Runs in the page. The events are those that a mouse makes: a page cannot tell them apart but by `isTrusted`. */
async function gesture({ kind, count }: { readonly kind: Gesture | "plain"; readonly count: number }): Promise<Frames> {
  const long: number[] = [];
  const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: "longtask" });
  const region = document.getElementById("lanes-region") ?? document.body;
  const box = region.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 2, Math.max(box.top, 0) + 100];
  const mouse = (type: string, clientX: number, to: EventTarget) =>
    to.dispatchEvent(new MouseEvent(type, { view: window, bubbles: true, cancelable: true, clientX, clientY: y }));
  const scroller = region.closest<HTMLElement>(".overflow-y-auto, .sm\\:overflow-y-auto");
  const canvas = document.querySelector<HTMLCanvasElement>("canvas");
  const context = canvas?.getContext("2d");
  if (kind === "pan") mouse("mousedown", x, region);
  const gaps: number[] = [];
  let before = 0;
  for (let frame = 0; frame <= count; frame++) {
    const at = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    if (frame > 0) gaps.push(at - before);
    before = at;
    const wave = Math.sin((frame / count) * 4 * Math.PI);
    if (kind === "pan") mouse("mousemove", x + wave * 500, window);
    else if (kind === "zoom") {
      const deltaY = Math.cos((frame / count) * 4 * Math.PI) * -40;
      region.dispatchEvent(
        new WheelEvent("wheel", { bubbles: true, cancelable: true, clientX: x, clientY: y, deltaY }),
      );
    } else if (kind === "scroll" && scroller)
      scroller.scrollTop = (1 - Math.cos((frame / count) * 4 * Math.PI)) * 1_500;
    else if (kind === "plain" && canvas && context) {
      context.clearRect(0, 0, canvas.width, canvas.height);
      for (let row = 0; row < 30; row++)
        for (let cell = 0; cell < 180; cell++) context.fillRect(cell * 7 + wave * 500, row * 38 + 8, 5, 20);
    }
  }
  if (kind === "pan") mouse("mouseup", x, window);
  observer.disconnect();
  return { gaps, long };
}

export async function smoothness(
  page: Page,
  session: CDPSession,
  asked: { readonly kind: Gesture | "plain"; readonly count: number },
): Promise<Smoothness> {
  const before = await spentBy(session);
  const { gaps, long } = await page.evaluate(gesture, asked);
  const after = await spentBy(session);
  const each = (name: string): number => (((after[name] ?? 0) - (before[name] ?? 0)) * 1_000) / gaps.length;
  return {
    p95: percentile(gaps, 95),
    longest: Math.max(0, ...long),
    script: each("ScriptDuration"),
    work: each("TaskDuration"),
  };
}
