/** When a spec ought to run: domain.md, Schedule. */
import { ProblemError } from "#lib/problem.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import { instantsOf, type WallClock } from "#lib/time/zone.ts";
import { parseCron } from "./cron.ts";
import type { CronFields, Once } from "./cron-fields.ts";
import { expandCalendar, nextOfCalendar, previousOfCalendar } from "./expand-calendar.ts";
import type { Spec } from "./spec.ts";

type CronSpec = Extract<Spec, { kind: "cron" }>;
const read = new WeakMap<CronSpec, CronFields>();

/** The fields of a cron spec; throws a ProblemError for one that `checkSpec` would have refused. */
export function fieldsOf(spec: CronSpec): CronFields {
  const cached = read.get(spec);
  if (cached) return cached;
  const parsed = parseCron(spec.expression, spec.dialect);
  if (!parsed.ok) throw new ProblemError(parsed.problem);
  read.set(spec, parsed.value);
  return parsed.value;
}

interface Grid {
  readonly anchor: number;
  readonly every: number;
}

/** The first k ≥ 0 whose anchor + k × every is not before `at`. */
const stepAt = ({ anchor, every }: Grid, at: number): number => Math.max(0, Math.ceil((at - anchor) / every));

function gridIn(grid: Grid, span: Span): number[] {
  const out: number[] = [];
  for (let at = grid.anchor + stepAt(grid, span.from) * grid.every; at < span.to; at += grid.every) out.push(at);
  return out;
}

const nextOnGrid = (grid: Grid, after: number): number =>
  grid.anchor + Math.max(0, Math.floor((after - grid.anchor) / grid.every) + 1) * grid.every;

function previousOnGrid(grid: Grid, before: number): number | null {
  const k = Math.ceil((before - grid.anchor) / grid.every) - 1;
  return k < 0 ? null : grid.anchor + k * grid.every;
}

/** The moment of a wall clock that comes once; in a gap none, in an overlap the first. */
const onceAt = (once: Once, timezone: string): number | null =>
  instantsOf(once.zone ?? timezone, once.wall as number as WallClock)[0] ?? null;

/** `null`: nothing is expected by itself. */
type Source =
  | { readonly kind: "grid"; readonly grid: Grid }
  | { readonly kind: "once"; readonly at: number | null }
  | { readonly kind: "calendar"; readonly calendar: Extract<CronFields, { kind: "calendar" }>; readonly zone: string }
  | null;

function sourceOf(spec: Spec, timezone: string): Source {
  switch (spec.kind) {
    case "interval":
      return { kind: "grid", grid: { anchor: spec.anchor, every: spec.everySeconds * 1_000 } };
    case "at":
      return { kind: "once", at: spec.at };
    case "rolling":
      return null;
    case "cron": {
      const fields = fieldsOf(spec);
      switch (fields.kind) {
        case "calendar":
          return { kind: "calendar", calendar: fields, zone: fields.zone ?? timezone };
        case "every":
          return { kind: "grid", grid: { anchor: 0, every: fields.everySeconds * 1_000 } };
        case "once":
          return { kind: "once", at: onceAt(fields, timezone) };
      }
    }
  }
}

/** The expected times in the span, ascending; a rolling spec has none by itself. */
export function occurrences(spec: Spec, timezone: string, span: Span): Instant[] {
  const source = sourceOf(spec, timezone);
  if (source === null || span.from >= span.to) return [];
  switch (source.kind) {
    case "grid":
      return gridIn(source.grid, span) as Instant[];
    case "once":
      return source.at !== null && span.from <= source.at && source.at < span.to ? [source.at as Instant] : [];
    case "calendar":
      return expandCalendar({ ...source, from: span.from, to: span.to }) as Instant[];
  }
}

/** The first expected time strictly after a moment; `null` where there is none within 41 years. */
export function nextOccurrence(spec: Spec, timezone: string, after: Instant): Instant | null {
  const source = sourceOf(spec, timezone);
  if (source === null) return null;
  switch (source.kind) {
    case "grid":
      return nextOnGrid(source.grid, after) as Instant;
    case "once":
      return source.at !== null && source.at > after ? (source.at as Instant) : null;
    case "calendar":
      return nextOfCalendar(source.calendar, source.zone, after) as Instant | null;
  }
}

/** The last expected time strictly before a moment; `null` where there is none within 41 years. */
export function previousOccurrence(spec: Spec, timezone: string, before: Instant): Instant | null {
  const source = sourceOf(spec, timezone);
  if (source === null) return null;
  switch (source.kind) {
    case "grid":
      return previousOnGrid(source.grid, before) as Instant | null;
    case "once":
      return source.at !== null && source.at < before ? (source.at as Instant) : null;
    case "calendar":
      return previousOfCalendar(source.calendar, source.zone, before) as Instant | null;
  }
}
