/**
 * Wheel, pinch and drag by d3-zoom. Its transform is a distance and a factor from a fixed stretch of time; before each
 * gesture it is set to what is seen, since keys, presets and the clock move that too.
 */
import { select } from "d3-selection";
import { type D3ZoomEvent, type ZoomTransform, zoom, zoomIdentity } from "d3-zoom";
import { LONGEST, SHORTEST } from "./range.ts";
import type { Viewport } from "./viewport.ts";

const BASE = 21_600_000;
/** A press that moves less is a click. */
const CLICK = 4;
/** A throw counts when the hand was moving until so many ms before it let go. */
const FRESH = 50;
const MEMORY = 90;

type Zoomed = HTMLElement & { __zoom?: ZoomTransform };
type Event3 = D3ZoomEvent<HTMLElement, unknown>;

export interface Hands {
  readonly viewport: Viewport;
  /** A drag upwards or downwards, in pixels. */
  readonly scrollBy: (pixels: number) => void;
  readonly onGrab: (grabbed: boolean) => void;
}

const isDrag = (event: Event | undefined): boolean => event?.type === "mousemove" || event?.type === "touchmove";
const fingers = (event: Event | undefined): number =>
  typeof TouchEvent !== "undefined" && event instanceof TouchEvent ? event.touches.length : 1;

/** The last moments of a drag: how fast it went. */
class Pace {
  #times: number[] = [];
  #froms: number[] = [];

  clear(): void {
    this.#times.length = 0;
    this.#froms.length = 0;
  }

  note(time: number, from: number): void {
    this.#times.push(time);
    this.#froms.push(from);
    if (this.#times.length > 12) {
      this.#times.shift();
      this.#froms.shift();
    }
  }

  /** In ms of the timeline a ms; 0 where the hand stood still before it let go. */
  at(time: number): number {
    const last = this.#times.length - 1;
    if (last < 1 || time - (this.#times[last] ?? 0) > FRESH) return 0;
    let first = last;
    while (first > 0 && time - (this.#times[first - 1] ?? 0) < MEMORY) first--;
    const passed = (this.#times[last] ?? 0) - (this.#times[first] ?? 0);
    return passed > 0 ? ((this.#froms[last] ?? 0) - (this.#froms[first] ?? 0)) / passed : 0;
  }
}

/** Answers how to take it off again. */
export function attachGestures(element: HTMLElement, { viewport, scrollBy, onGrab }: Hands): () => void {
  const baseFrom = viewport.from;
  const pace = new Pace();
  let [moving, upright] = [false, 0];
  const stays = window.matchMedia("(prefers-reduced-motion: reduce)");

  function adopt(): void {
    if (moving) return;
    viewport.stop();
    const k = BASE / viewport.length;
    (element as Zoomed).__zoom = zoomIdentity.translate((baseFrom - viewport.from) * viewport.perMilli, 0).scale(k);
  }

  const behaviour = zoom<HTMLElement, unknown>()
    .scaleExtent([BASE / LONGEST, BASE / SHORTEST])
    .clickDistance(CLICK)
    .filter((event: Event) => {
      if (event instanceof WheelEvent) return !isSideways(event);
      return !(event instanceof MouseEvent) || (event.button === 0 && !event.ctrlKey);
    })
    .on("start", (event: Event3) => {
      moving = true;
      upright = event.transform.y;
      pace.clear();
    })
    .on("zoom", (event: Event3) => {
      const { k, x, y } = event.transform;
      const length = BASE / k;
      const from = baseFrom - (x * length) / viewport.width;
      viewport.move({ from, to: from + length });
      const source = event.sourceEvent as Event | undefined;
      if (!isDrag(source) || fingers(source) > 1) return;
      onGrab(true);
      scrollBy(upright - y);
      upright = y;
      pace.note(performance.now(), from);
    })
    .on("end", (event: Event3) => {
      moving = false;
      onGrab(false);
      const speed = pace.at(performance.now());
      const type = (event.sourceEvent as Event | undefined)?.type;
      if (speed !== 0 && (type === "mouseup" || type === "touchend") && !stays.matches) viewport.throwOn(speed);
    });

  /** A swipe to the side, or the wheel with Shift, goes along time. */
  function pan(event: WheelEvent): void {
    if (!isSideways(event)) return;
    event.preventDefault();
    const pixels = event.deltaX !== 0 ? event.deltaX : event.deltaY;
    viewport.panBy((event.deltaMode === WheelEvent.DOM_DELTA_LINE ? pixels * 16 : pixels) / viewport.perMilli);
  }

  const first = { capture: true, passive: true } as const;
  const begins = ["wheel", "mousedown", "touchstart"] as const;
  for (const name of begins) element.addEventListener(name, adopt, first);
  element.addEventListener("wheel", pan, { passive: false });
  const selection = select(element);
  selection.call(behaviour).on("dblclick.zoom", null);
  return () => {
    selection.on(".zoom", null);
    for (const name of begins) element.removeEventListener(name, adopt, first);
    element.removeEventListener("wheel", pan);
  };
}

const isSideways = (event: WheelEvent): boolean =>
  !event.ctrlKey && (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY));
