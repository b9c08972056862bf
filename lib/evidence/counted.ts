/** How many check-ins this process has stored since it began, by kind: for its metrics. */
import type { CheckInKind } from "./check-in.ts";

const KEY: unique symbol = Symbol.for("rollcall.check-ins counted");
const holder = globalThis as typeof globalThis & { [KEY]?: Map<CheckInKind, number> };

/** Next evaluates this file anew for routes and pages; the count is one. */
const counts = (): Map<CheckInKind, number> => {
  holder[KEY] ??= new Map();
  return holder[KEY];
};

export function countCheckIns(stored: readonly { readonly kind: CheckInKind }[]): void {
  const now = counts();
  for (const { kind } of stored) now.set(kind, (now.get(kind) ?? 0) + 1);
}

export const checkInsCounted = (): ReadonlyMap<CheckInKind, number> => counts();
