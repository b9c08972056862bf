/** A job scheduler as BullMQ keeps it, and what Rollcall makes of it. Pure. */
import { parseCron } from "#lib/schedules/cron.ts";
import { instant, seconds } from "#lib/time/instant.ts";
import { sameZone } from "#lib/time/zone.ts";
import { no, yes, zoneOf } from "../answer.ts";
import type { Answer, Held } from "../driver.ts";
import { expressionFor } from "../expression-for.ts";

/** `{prefix}:{queue}:repeat:{id}`, a hash, and when it fires next. */
export interface Kept {
  readonly hash: Readonly<Record<string, string>>;
  readonly next: number | null;
}

/** When it fires: what `upsertJobScheduler` is told, without the limits that stay as they are. */
export type Times =
  | { readonly pattern: string; readonly tz?: string }
  | { readonly every: number; readonly tz?: string };

/** Queues cannot have a colon in their name, schedulers can. */
export const refOf = (queue: string, id: string): string => `${queue}:${id}`;
export function readRef(ref: string): { readonly queue: string; readonly id: string } | null {
  const [, queue, id] = /^([^:]+):(.+)$/s.exec(ref.trim()) ?? [];
  return queue && id ? { queue, id } : null;
}

const whole = (text: string | undefined): number | null =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;

/** Only schedulers of BullMQ 5 and later count their iterations; older repeatable jobs are something else. */
export const isScheduler = ({ hash }: Kept): boolean => hash["ic"] !== undefined;

/** What it holds; `zone` is that of workers, which it fires by where it names none. */
export function heldOf(kept: Kept, zone: string): Answer<Held> {
  const { pattern, tz } = kept.hash;
  const timezone = zoneOf(tz ?? zone);
  if (timezone === null) return no("refused", `Its time zone “${tz ?? zone}” is none.`);
  const named = tz === undefined ? {} : { tz };
  if (pattern !== undefined) {
    const read = parseCron(pattern, "bullmq");
    if (!read.ok) return no("refused", `Its pattern cannot be read: ${read.problem.message}`);
    const native = JSON.stringify({ pattern, ...named } satisfies Times);
    return yes({ spec: { kind: "cron", expression: pattern, dialect: "bullmq" }, timezone, native, enabled: true });
  }
  const every = whole(kept.hash["every"]);
  if (every === null || every < 1_000 || every % 1_000 !== 0)
    return no("refused", "It fires neither by a pattern nor every so many whole seconds.");
  const anchor = instant((whole(kept.hash["offset"]) ?? kept.next ?? 0) % every);
  const native = JSON.stringify({ every, ...named } satisfies Times);
  return yes({
    ...{ spec: { kind: "interval", everySeconds: seconds(every / 1_000), anchor }, timezone },
    ...{ native, enabled: true },
  });
}

/** What a scheduler that stands so is told to become; the offset is that of an interval. */
export function timesFor(
  put: Pick<Held, "spec" | "timezone"> | Held,
  instead: Held,
): Answer<{ readonly times: Times; readonly offset: number | null }> {
  const every = put.spec.kind === "interval" ? put.spec.everySeconds * 1_000 : null;
  // BullMQ fires an interval that has no offset at once: one of a whole interval is none, and waits for its time.
  const offset = every === null || put.spec.kind !== "interval" ? null : put.spec.anchor % every || every;
  if ("native" in put) return yes({ times: JSON.parse(put.native) as Times, offset });
  // A scheduler that names no zone, where that makes no difference, does not begin to.
  const unnamed = !("tz" in (JSON.parse(instead.native) as Times)) && sameZone(instead.timezone, put.timezone);
  const named = unnamed ? {} : { tz: put.timezone };
  if (every !== null) return yes({ times: { every, ...named }, offset });
  const pattern = expressionFor(put.spec, "bullmq");
  return pattern.ok ? yes({ times: { pattern: pattern.value, ...named }, offset: null }) : pattern;
}
