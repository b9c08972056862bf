/** Whether what a scheduler holds is what is meant. Pure. */
import type { Held } from "#lib/drivers/driver.ts";
import { nextOccurrence, occurrences } from "#lib/schedules/expand.ts";
import type { Spec } from "#lib/schedules/spec.ts";
import { type Instant, instant } from "#lib/time/instant.ts";

/** Word for word, as it stands there. */
export const sameWords = (a: Pick<Held, "native" | "enabled">, b: Pick<Held, "native" | "enabled">): boolean =>
  a.native === b.native && a.enabled === b.enabled;

interface Timed {
  readonly spec: Spec;
  readonly timezone: string;
}

const COMPARED = 400;

function* times({ spec, timezone }: Timed, after: Instant): Generator<number> {
  let at: Instant | null = after;
  for (let i = 0; i < COMPARED && at !== null; i++) {
    at = nextOccurrence(spec, timezone, at);
    yield at ?? Number.POSITIVE_INFINITY;
  }
}

/** Whether two mean the same times from a moment on, however they are written: a scheduler may write it its own way. */
export function sameTimes(a: Timed, b: Timed, from: Instant): boolean {
  if (a.spec.kind === "rolling" || b.spec.kind === "rolling")
    return a.spec.kind === "rolling" && b.spec.kind === "rolling" && a.spec.everySeconds === b.spec.everySeconds;
  if (a.timezone === b.timezone && JSON.stringify(a.spec) === JSON.stringify(b.spec)) return true;
  const theirs = times(b, from);
  for (const at of times(a, from)) if (theirs.next().value !== at) return false;
  return true;
}

/** Faster means: more expected times until `expiresAt` than the original has (domain.md, Acceleration). */
export function isFaster(
  temporary: Timed,
  original: Timed,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): boolean {
  const within = { from: instant(from + 1), to: instant(to + 1) };
  const before = occurrences(original.spec, original.timezone, within).length;
  return occurrences(temporary.spec, temporary.timezone, within).length > before;
}
