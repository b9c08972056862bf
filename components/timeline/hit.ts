/** What lies under a pointer. */
import { extentOf } from "./lanes.ts";
import type { BucketModel, LaneModel, WindowModel } from "./model.ts";
import type { Scale } from "./scale.ts";

/** A pointer may miss by so many pixels. */
const NEAR = 4;

export type Hit =
  | { readonly kind: "window"; readonly window: WindowModel; readonly x: number }
  | { readonly kind: "bucket"; readonly bucket: BucketModel; readonly x: number };

/** The window, or the bucket of windows, at `x`; of several the one whose middle is nearest. `x` of the answer: its middle. */
export function hitIn(
  lane: LaneModel,
  at: { readonly x: number; readonly scale: Scale; readonly now: number },
): Hit | null {
  const { x, scale, now } = at;
  let found: Hit | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  for (const window of lane.windows) {
    const { x0, x1 } = extentOf(window, scale, now);
    if (x < x0 - NEAR || x > x1 + NEAR) continue;
    const middle = (x0 + x1) / 2;
    const away = Math.abs(x - middle);
    if (away >= nearest) continue;
    nearest = away;
    found = { kind: "window", window, x: Math.min(Math.max(middle, 0), scale.width) };
  }
  if (found) return found;
  const moment = scale.at(x);
  const bucket = lane.buckets.find((one) => one.from <= moment && moment < one.to && one.worst !== "upcoming");
  return bucket ? { kind: "bucket", bucket, x: scale.x((bucket.from + bucket.to) / 2) } : null;
}
