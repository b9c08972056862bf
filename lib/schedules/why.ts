/** For any instant, past or future, whether something was expected then and why or why not (domain.md, Verdict). */
import { type Instant, SECOND } from "#lib/time/instant.ts";
import { wallClock } from "#lib/time/zone.ts";
import type { Calendar } from "./cron-fields.ts";
import { disturbanceAt } from "./daylight.ts";
import { fieldsOf, nextOccurrence, previousOccurrence } from "./expand.ts";
import type { ExpectedWindow, Spec, Version } from "./spec.ts";
import { mismatches } from "./why-fields.ts";
import { expecting, type History, nextWindow, versionAt, windowOwning } from "./windows.ts";
import { lengthInWords, momentInWords, wallInWords } from "./words.ts";

export interface Excuse {
  readonly from: Instant;
  /** `null`: still going on. */
  readonly to: Instant | null;
  readonly kind: "pause" | "maintenance" | "person";
  readonly reason?: string | null;
}

export interface Why {
  readonly expected: boolean;
  /** Sentences without a full stop, the weightiest first. */
  readonly because: string[];
  /** The window expected then; where nothing was, the one that owns the moment. */
  readonly window: ExpectedWindow | null;
}

const second = (at: Instant): Instant => (Math.floor(at / SECOND) * SECOND) as Instant;

/** Whether something was expected at a moment (to the second), and why or why not. */
export function whyExpected(history: History, excuses: readonly Excuse[], at: Instant): Why {
  const moment = second(at);
  const version = versionAt(history, at);
  const zone = (version ?? history.versions[0])?.timezone ?? "UTC";
  const owner = windowOwning(history, at);
  if (at <= history.createdAt) {
    const because = [`The schedule was made at ${momentInWords(history.createdAt, zone)}: nothing was expected before`];
    return { expected: false, because, window: null };
  }
  if (history.archivedAt !== undefined && history.archivedAt !== null && at >= history.archivedAt) {
    const because = [
      `The schedule was archived at ${momentInWords(history.archivedAt, zone)}: nothing is expected since`,
    ];
    return { expected: false, because, window: owner };
  }
  if (version === null) {
    return { expected: false, because: ["No version of the schedule was in force yet"], window: null };
  }
  const found = nextWindow(history, (moment - 1) as Instant);
  const window = found !== null && second(found.expectedAt) === moment ? found : null;
  if (window === null)
    return {
      expected: false,
      because: [...expecting(version).flatMap((one) => whyNot(one, moment)), inForce(version)],
      window: owner,
    };
  const excused = excusesOf(window, excuses);
  const because = [...excused.map(({ sentence }) => sentence), ...whySo(window), inForce(window.version)];
  return { expected: excused.every(({ excuse }) => excuse.kind === "person"), because, window };
}

const inForce = (version: Version): string =>
  version.acceleration
    ? `Accelerated since ${momentInWords(version.effectiveFrom, version.timezone)}: a temporary spec was in force over version ${version.number}`
    : `Version ${version.number} was in force, since ${momentInWords(version.effectiveFrom, version.timezone)}`;

const CALLED = { pause: "Paused", maintenance: "In maintenance", person: "Excused by a person" } as const;

function excusesOf(window: ExpectedWindow, excuses: readonly Excuse[]): { excuse: Excuse; sentence: string }[] {
  const zone = window.version.timezone;
  return excuses
    .filter(({ from, to }) => from <= window.expectedAt && (to === null || window.expectedAt < to))
    .map((excuse) => {
      const until = excuse.to === null ? "without an end yet" : `to ${momentInWords(excuse.to, zone)}`;
      const reason = excuse.reason ? `: ${excuse.reason}` : "";
      return { excuse, sentence: `${CALLED[excuse.kind]} from ${momentInWords(excuse.from, zone)} ${until}${reason}` };
    });
}

function whySo({ expectedAt, version }: ExpectedWindow): string[] {
  const { spec, timezone } = version;
  switch (spec.kind) {
    case "at":
      return ["It is the one time of the schedule"];
    case "rolling":
      return [];
    case "interval":
      return [onGrid(spec, expectedAt, timezone)];
    case "cron": {
      const fields = fieldsOf(spec);
      if (fields.kind === "every")
        return [`It is a multiple of ${lengthInWords(fields.everySeconds)}, counted from the epoch`];
      if (fields.kind === "once") return [`“${spec.expression}” names this time`];
      const zone = fields.zone ?? timezone;
      const wall = wallClock(zone, expectedAt);
      const disturbed = disturbanceAt(fields, zone, expectedAt);
      const matches = mismatches(fields, wall).length === 0;
      const concerns =
        disturbed !== null && (!matches || (disturbed.kind === "repeated" && disturbed.walls.includes(wall)));
      return [
        ...(concerns && disturbed ? [disturbed.sentence] : []),
        ...(matches ? [`${wallInWords(wall)} ${zone} matches every field of “${spec.expression}”`] : []),
      ];
    }
  }
}

function onGrid(spec: Extract<Spec, { kind: "interval" }>, at: Instant, zone: string): string {
  const count = Math.round((at - spec.anchor) / (spec.everySeconds * 1_000));
  return `It lies ${count} times ${lengthInWords(spec.everySeconds)} after ${momentInWords(spec.anchor, zone)}`;
}

function whyNot(version: Version, at: Instant): string[] {
  const { spec, timezone } = version;
  switch (spec.kind) {
    case "rolling":
      return [
        `The schedule is rolling: it expects no fixed times, but a start at most ${lengthInWords(spec.everySeconds)} after the last one`,
      ];
    case "at":
      return [`The schedule expects one time alone: ${momentInWords(spec.at, timezone)}`];
    case "interval": {
      if (at < spec.anchor) return [`The interval begins at ${momentInWords(spec.anchor, timezone)}`];
      return [
        `No multiple of ${lengthInWords(spec.everySeconds)} after ${momentInWords(spec.anchor, timezone)}`,
        ...neighbours(version, at),
      ];
    }
    case "cron": {
      const fields = fieldsOf(spec);
      if (fields.kind === "once")
        return [`“${spec.expression}” names one time alone: ${wallInWords(fields.wall)} ${fields.zone ?? timezone}`];
      if (fields.kind === "every") {
        return [
          `No multiple of ${lengthInWords(fields.everySeconds)}, counted from the epoch`,
          ...neighbours(version, at),
        ];
      }
      return [...whyNotOnCalendar(fields, version, at), ...neighbours(version, at)];
    }
  }
}

function whyNotOnCalendar(fields: Calendar, version: Version, at: Instant): string[] {
  const zone = fields.zone ?? version.timezone;
  const wall = wallClock(zone, at);
  const wrong = mismatches(fields, wall);
  const disturbed = disturbanceAt(fields, zone, at);
  if (wrong.length === 0) {
    if (disturbed) return [disturbed.sentence];
    return [
      "Every field matches, but an expected time lies after the creation and after the edit that made its version",
    ];
  }
  const skipped = disturbed !== null && disturbed.kind !== "repeated" ? [disturbed.sentence] : [];
  return [...skipped, ...wrong, `The clock in ${zone} shows ${wallInWords(wall)}`];
}

function neighbours(version: Version, at: Instant): string[] {
  const before = previousOccurrence(version.spec, version.timezone, at);
  const after = nextOccurrence(version.spec, version.timezone, at);
  const told = [
    ...(before === null ? [] : [`the one before is ${momentInWords(before, version.timezone)}`]),
    ...(after === null ? [] : [`the next is ${momentInWords(after, version.timezone)}`]),
  ];
  return told.length === 0
    ? ["No time ever matches the expression"]
    : [`Of the times of this version ${told.join(", ")}`];
}
