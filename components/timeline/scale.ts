import type { Stretch } from "./model.ts";

/** Time ↔ pixel, from the left edge of a lane. */
export interface Scale extends Stretch {
  readonly width: number;
  readonly x: (at: number) => number;
  readonly at: (x: number) => number;
}

export function makeScale({ from, to }: Stretch, width: number): Scale {
  const perMilli = width / (to - from);
  return { from, to, width, x: (at) => (at - from) * perMilli, at: (x) => from + x / perMilli };
}
