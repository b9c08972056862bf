import { CronExpressionParser } from "cron-parser";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Instant, instant } from "#lib/time/instant.ts";
import { transitions } from "#lib/time/zone.ts";
import { nextOccurrence, occurrences, previousOccurrence } from "./expand.ts";
import type { DialectId, Spec } from "./spec.ts";

const ZONES = [
  "UTC",
  "America/New_York",
  "Europe/London",
  "Australia/Lord_Howe",
  "America/Havana",
  "Africa/Cairo",
  "Asia/Beirut",
  "America/Santiago",
  "Australia/Sydney",
  "Africa/Casablanca",
];
const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const FROM = Date.UTC(2020, 0, 1);
const TO = Date.UTC(2031, 0, 1);
const cron = (expression: string, dialect: DialectId): Spec => ({ kind: "cron", expression, dialect });

/** The moments of the change of every zone, so that half of the examples lie around one. */
const CHANGES = ZONES.map((zone) =>
  transitions(zone, { from: instant(FROM), to: instant(TO) }).map(({ at }) => at as number),
);

const number = (min: number, max: number) => fc.integer({ min, max }).map(String);
const field = (min: number, max: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant("*") },
    { weight: 4, arbitrary: number(min, max) },
    { weight: 2, arbitrary: fc.integer({ min: 2, max: Math.ceil((max - min) / 2) }).map((step) => `*/${step}`) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.integer({ min, max }), fc.integer({ min, max }))
        .map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
    },
    {
      weight: 1,
      arbitrary: fc
        .uniqueArray(fc.integer({ min, max }), { minLength: 2, maxLength: 4 })
        .map((values) => values.join(",")),
    },
  );

/** Mostly the hours in which clocks change. */
const hour = fc.oneof({ weight: 3, arbitrary: field(0, 4) }, { weight: 1, arbitrary: field(0, 23) });
const time = fc.tuple(field(0, 59), hour).map(([minute, hours]) => `${minute} ${hours.replace("*/", "*/")}`);
const expression = fc
  .tuple(
    time,
    fc.oneof(fc.constant("*"), field(1, 28)),
    fc.oneof(fc.constant("*"), field(1, 12)),
    fc.oneof(fc.constant("*"), field(0, 6)),
  )
  .map(([clock, day, month, weekday]) => `${clock} ${day} ${month} ${weekday}`);
const daily = time.map((clock) => `${clock} * * *`);

const place = fc.integer({ min: 0, max: ZONES.length - 1 }).chain((index) => {
  const changes = CHANGES[index] ?? [];
  const anywhere = fc.integer({ min: FROM / MINUTE, max: TO / MINUTE }).map((minute) => minute * MINUTE);
  const near =
    changes.length === 0
      ? anywhere
      : fc
          .tuple(fc.constantFrom(...changes), fc.integer({ min: -180, max: 180 }))
          .map(([at, minutes]) => at + minutes * MINUTE);
  return fc.oneof(anywhere, near).map((moment) => ({ zone: ZONES[index] ?? "UTC", moment: moment as Instant }));
});
const dialect = fc.constantFrom<DialectId>("rollcall", "kubernetes", "bullmq", "vixie", "pg-cron");

function clockOf(zone: string): (moment: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  return (moment) => {
    const [month = 0, day = 0, year = 0, h = 0, m = 0, s = 0] = (format.format(moment).match(/\d+/g) ?? []).map(Number);
    return Date.UTC(year, month - 1, day, h, m, s);
  };
}

/** What a field matches, read naively. */
function matches(text: string, value: number): boolean {
  return text.split(",").some((item) => {
    const [range = "", step] = item.split("/");
    const [low, high] = range === "*" ? [0, 99] : range.split("-").map(Number);
    return value >= (low ?? 0) && value <= (high ?? low ?? 0) && (value - (low ?? 0)) % Number(step ?? 1) === 0;
  });
}

describe("expansion", () => {
  test("of [a, c) equals that of [a, b) followed by that of [b, c)", () => {
    fc.assert(
      fc.property(
        expression,
        dialect,
        place,
        fc.nat(3 * 1_440),
        fc.nat(3 * 1_440),
        (text, id, { zone, moment }, first, more) => {
          const b = (moment + first * MINUTE) as Instant;
          const c = (b + more * MINUTE) as Instant;
          const spec = cron(text, id);
          const whole = occurrences(spec, zone, { from: moment, to: c });
          const parts = [
            ...occurrences(spec, zone, { from: moment, to: b }),
            ...occurrences(spec, zone, { from: b, to: c }),
          ];
          expect(parts).toEqual(whole);
          for (let i = 1; i < whole.length; i++) expect(whole[i]).toBeGreaterThan(whole[i - 1] ?? 0);
        },
      ),
      { numRuns: 400 },
    );
  });

  test("agrees with next and previous, step by step", () => {
    fc.assert(
      fc.property(expression, dialect, place, (text, id, { zone, moment }) => {
        const spec = cron(text, id);
        const first = nextOccurrence(spec, zone, moment);
        if (first === null) return;
        expect(occurrences(spec, zone, { from: (moment + 1) as Instant, to: (first + 1) as Instant })).toEqual([first]);
        const second = nextOccurrence(spec, zone, first);
        if (second === null) return;
        expect(previousOccurrence(spec, zone, second)).toBe(first);
        expect(occurrences(spec, zone, { from: first, to: second })).toEqual([first]);
        const before = previousOccurrence(spec, zone, moment);
        if (before !== null) expect(occurrences(spec, zone, { from: before, to: moment })).toEqual([before]);
      }),
      { numRuns: 400 },
    );
  });

  test("around every change of a clock is what the sentences of domain.md say, minute by minute", () => {
    const places = ZONES.flatMap((zone, i) => (CHANGES[i] ?? []).map((at) => ({ zone, at })));
    const clocks = new Map(ZONES.map((zone) => [zone, clockOf(zone)]));
    fc.assert(
      fc.property(daily, fc.constantFrom(...places), (text, { zone, at }) => {
        const clock = clocks.get(zone) ?? clockOf("UTC");
        const [minute = "", hours = ""] = text.split(" ");
        const names = (wall: number) =>
          matches(minute, (wall / MINUTE) % 60) && matches(hours, Math.floor(wall / HOUR) % 24);
        const [from, to] = [at - 4 * HOUR, at + 4 * HOUR];
        const walls = new Map<number, number>();
        for (let moment = from - 2 * HOUR; moment < to; moment += MINUTE) walls.set(moment, clock(moment));
        const shown = [...walls.keys()].filter((moment) => moment >= from && names(walls.get(moment) ?? 0));
        const follows = /[*/]/.test(`${minute}${hours}`) || minute === "0-59" || hours === "0-23";
        const seen = new Set<number>();
        const first = new Map<number, number>();
        for (const [moment, wall] of walls) if (!first.has(wall)) first.set(wall, moment);
        for (const moment of shown) if (follows || first.get(walls.get(moment) ?? 0) === moment) seen.add(moment);
        if (!follows) {
          const last = walls.get(at - MINUTE) ?? 0;
          for (let wall = last + MINUTE; wall < (walls.get(at) ?? 0); wall += MINUTE) if (names(wall)) seen.add(at);
        }
        const found = occurrences(cron(text, "rollcall"), zone, { from: from as Instant, to: to as Instant });
        expect(found).toEqual([...seen].sort((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });

  test("every expected time reads on the wall as the expression says, unless a gap moved it", () => {
    fc.assert(
      fc.property(expression, place, (text, { zone, moment }) => {
        const [minute = "", hours = "", , month = ""] = text.split(" ");
        const clock = clockOf(zone);
        const span = { from: moment, to: (moment + 5 * DAY) as Instant };
        const moved = new Set(transitions(zone, span).map(({ at }) => at as number));
        for (const at of occurrences(cron(text, "rollcall"), zone, span).slice(0, 300)) {
          if (moved.has(at)) continue;
          const wall = new Date(clock(at));
          const right =
            matches(minute, wall.getUTCMinutes()) && matches(hours, wall.getUTCHours()) && wall.getUTCSeconds() === 0;
          if (!right || !(month.includes("/") || matches(month, wall.getUTCMonth() + 1)))
            expect.fail(`${text} ${zone} ${at}`);
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe("cron-parser, where the dialect says nothing else", () => {
  const iterate = (text: string, zone: string, moment: number, count: number): number[] => {
    const parsed = CronExpressionParser.parse(text, { currentDate: new Date(moment), tz: zone });
    return parsed.take(count).map((date) => date.getTime());
  };
  const ours = (spec: Spec, zone: string, moment: Instant, count: number): number[] => {
    const found: number[] = [];
    for (
      let at = nextOccurrence(spec, zone, moment);
      at !== null && found.length < count;
      at = nextOccurrence(spec, zone, at)
    ) {
      found.push(at);
    }
    return found;
  };

  test("agrees in UTC, in both dialects", () => {
    fc.assert(
      fc.property(expression, fc.constantFrom<DialectId>("rollcall", "bullmq"), place, (text, id, { moment }) => {
        expect(ours(cron(text, id), "UTC", moment, 5)).toEqual(iterate(text, "UTC", moment, 5));
      }),
      { numRuns: 200 },
    );
  });

  test("agrees in New York across its changes, as BullMQ runs it", () => {
    const changes = CHANGES[1] ?? [];
    fc.assert(
      fc.property(daily, fc.constantFrom(...changes), fc.integer({ min: -600, max: -240 }), (text, at, minutes) => {
        const moment = (at + minutes * MINUTE) as Instant;
        expect(ours(cron(text, "bullmq"), "America/New_York", moment, 6)).toEqual(
          iterate(text, "America/New_York", moment, 6),
        );
      }),
      { numRuns: 150 },
    );
  });
});
