"use client";

import { useRef } from "react";
import type { LaneHead } from "./model.ts";
import { inFrozenOrder } from "./rows.ts";

/** The lanes in the order in which they stood when it was frozen; what they are is always what it is now. */
export function useFrozen(lanes: readonly LaneHead[], frozen: boolean): readonly LaneHead[] {
  const order = useRef<readonly string[] | null>(null);
  if (!frozen || order.current === null) {
    order.current = lanes.map(({ slug }) => slug);
    return lanes;
  }
  return inFrozenOrder(lanes, order.current);
}
