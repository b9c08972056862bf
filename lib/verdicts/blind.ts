import { type Instant, MINUTE, type Millis } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";

interface Touchable {
  readonly expectedAt: Instant;
  readonly opensAt: Instant;
  readonly dueBy: Instant;
}

const overlap = (span: Span, from: number, to: number): number => Math.min(span.to, to) - Math.max(span.from, from);

/** Whether a span takes up, by itself, a tenth or more of a stretch (domain.md, Blind spans). */
export function takesUpATenth(span: Span, from: Instant, to: Instant): boolean {
  const shared = overlap(span, from, to);
  return shared > 0 && shared * 10 >= to - from;
}

/**
 * A blind span touches a window when it holds `expectedAt`, meets the first minute after it (what of it lies before
 * `dueBy`), or takes up, by itself, a tenth or more of [`opensAt`, `dueBy`] (domain.md, Blind spans).
 */
export function touches(span: Span, window: Touchable): boolean {
  if (span.from <= window.expectedAt && window.expectedAt < span.to) return true;
  const firstMinute = Math.min(window.expectedAt + MINUTE, window.dueBy);
  if (overlap(span, window.expectedAt, firstMinute) > 0) return true;
  return takesUpATenth(span, window.opensAt, window.dueBy);
}

/** Whether a blind span may have swallowed the finish of a run under way: a tenth or more of its maximum run time. */
export const touchesRun = (spans: readonly Span[], startedAt: Instant, maximum: Millis): boolean =>
  spans.some((span) => takesUpATenth(span, startedAt, (startedAt + maximum) as Instant));

/** Silence excused once: the spans that touched the first blind window since the last run that came. */
export type Excusing = readonly Span[] | null;

/**
 * Which blind spans make this window blind, given those that excuse already. A blind window excuses silence once, not
 * for ever: until a run comes in a later window, only the spans that touched the first blind window excuse.
 */
export function blindBy(window: Touchable, spans: readonly Span[], excusing: Excusing): readonly Span[] {
  return (excusing ?? spans).filter((span) => touches(span, window));
}
