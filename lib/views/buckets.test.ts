import { expect, test } from "vitest";
import { instant, millis } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import { bucketLength, bucketsOf, mostWindows } from "./buckets.ts";

const at = (text: string) => instant(Date.parse(`2027-01-12T${text}Z`));

test("windows where one is at least 4 pixels wide", () => {
  expect(mostWindows(1_200)).toBe(300);
});

test("bucket widths rounded to a power of two so that they are shared", () => {
  const day = span(at("00:00:00"), instant(at("00:00:00") + 86_400_000));
  expect(bucketLength(day, 1_200)).toBe(512_000);
  expect(bucketLength(span(at("00:00:00"), at("00:00:01")), 1_200)).toBe(1_000);
});

test("one bad window in a month is still seen: the worst verdict of a bucket is told", () => {
  const windows = [
    { expectedAt: at("00:00:01"), verdict: "on_time" },
    { expectedAt: at("00:00:02"), verdict: "missing" },
    { expectedAt: at("00:00:03"), verdict: "on_time" },
    { expectedAt: at("00:10:00"), verdict: "late" },
  ] as const;
  expect(bucketsOf(windows, millis(64_000))).toEqual([
    { at: "2027-01-12T00:00:00.000Z", counts: { on_time: 2, missing: 1 }, worst: "missing" },
    { at: "2027-01-12T00:09:36.000Z", counts: { late: 1 }, worst: "late" },
  ]);
  expect(bucketsOf([], millis(1_000))).toEqual([]);
});
