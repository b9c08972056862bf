import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY, type Instant, instant, plus, type Seconds } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import { firstWindows } from "./first-windows.ts";
import type { Spec } from "./spec.ts";
import { expectedWindows, type History } from "./windows.ts";

const created = instant(Date.UTC(2027, 0, 12));

const historyOf = (spec: Spec): History => ({
  createdAt: created,
  versions: [
    {
      ...{ number: 1, effectiveFrom: created, spec, timezone: "Europe/Berlin" },
      ...{ graceSeconds: 60 as Seconds, earlySeconds: null, maxRuntimeSeconds: null },
    },
  ],
});

const SPECS: readonly Spec[] = [
  { kind: "cron", expression: "*/5 * * * *", dialect: "rollcall" },
  { kind: "cron", expression: "* * * * * *", dialect: "rollcall" },
  { kind: "cron", expression: "0 0 29 2 *", dialect: "rollcall" },
  { kind: "cron", expression: "0-59 3 * * MON", dialect: "rollcall" },
  { kind: "interval", everySeconds: 7 as Seconds, anchor: created },
  { kind: "at", at: plus(created, DAY) },
];

test("the first windows of a span are the first of all its windows", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...SPECS),
      fc.integer({ min: -2, max: 20 }),
      fc.integer({ min: 0, max: 5 * 86_400 }),
      fc.integer({ min: 1, max: 2_000 }),
      (spec, days, length, most) => {
        const history = historyOf(spec);
        const from: Instant = instant(created + days * DAY);
        const within = span(from, instant(from + length * 1_000));
        const all = expectedWindows(history, within).slice(0, most);
        expect(firstWindows(history, within, most).map((one) => one.expectedAt)).toEqual(
          all.map((one) => one.expectedAt),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test("a rare schedule is looked for far ahead", () => {
  const within = span(created, instant(Date.UTC(2100, 0, 1)));
  expect(
    firstWindows(historyOf(SPECS[2] as Spec), within, 3).map((one) => new Date(one.expectedAt).getUTCFullYear()),
  ).toEqual([2028, 2032, 2036]);
});
