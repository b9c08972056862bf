import type { Instant } from "./instant.ts";

/** A stretch of time, half-open: `from` belongs to it, `to` does not. */
export interface Span {
  readonly from: Instant;
  readonly to: Instant;
}

/** Throws a RangeError when `to` lies before `from`: that is a bug of the caller, not bad input. */
export function span(from: Instant, to: Instant): Span {
  if (!(from <= to)) throw new RangeError(`a span ends before it begins: ${from} > ${to}`);
  return { from, to };
}

export const holds = (s: Span, at: Instant): boolean => s.from <= at && at < s.to;
export const meets = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to;
