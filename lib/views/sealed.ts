/** Which part of a question the roll-ups answer, and which has to be judged. Pure. */
import { HOUR, type Instant, instant } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";

const hourFloor = (at: number): Instant => instant(Math.floor(at / HOUR) * HOUR);
export const hourCeil = (at: number): Instant => instant(Math.ceil(at / HOUR) * HOUR);

/**
 * The whole hours of a stretch that roll-ups have counted; `null`: none of it.
 * @param reach up to where roll-ups reach; `null`: there are none
 */
export function sealedPart(within: Span, reach: Instant | null): Span | null {
  if (reach === null) return null;
  const from = hourCeil(within.from);
  const to = Math.min(hourFloor(within.to), reach);
  return from < to ? span(from, instant(to)) : null;
}

/** So many stretches of one lane are judged each by itself; more are judged together with what lies between. */
const STRETCHES_AT_MOST = 4;

/**
 * The stretches of a question that have to be judged: what lies before and after the sealed part, and its stale hours.
 * Few and in order; those that lie nearest to each other become one where there would be too many.
 */
export function unsealedParts(within: Span, sealed: Span | null, stale: readonly Instant[]): Span[] {
  if (sealed === null) return [within];
  const parts: Span[] = [];
  const add = (from: Instant, to: Instant): void => {
    if (from >= to) return;
    const last = parts[parts.length - 1];
    if (last && last.to >= from) parts[parts.length - 1] = span(last.from, to);
    else parts.push(span(from, to));
  };
  add(within.from, sealed.from);
  for (const hour of stale) if (hour >= sealed.from && hour < sealed.to) add(hour, instant(hour + HOUR));
  add(sealed.to, within.to);
  while (parts.length > STRETCHES_AT_MOST) {
    let nearest = 1;
    for (let i = 2; i < parts.length; i++) if (gapBefore(parts, i) < gapBefore(parts, nearest)) nearest = i;
    const [before, after] = [parts[nearest - 1], parts[nearest]];
    if (!before || !after) break;
    parts.splice(nearest - 1, 2, span(before.from, after.to));
  }
  return parts;
}

const gapBefore = (parts: readonly Span[], i: number): number =>
  (parts[i]?.from ?? Number.POSITIVE_INFINITY) - (parts[i - 1]?.to ?? 0);
