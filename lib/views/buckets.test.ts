import { expect, test } from "vitest";
import { instant, millis } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import { Buckets, bucketLength, mostWindows } from "./buckets.ts";

const at = (text: string) => instant(Date.parse(`2027-01-12T${text}Z`));

test("windows where one is at least 4 pixels wide", () => {
  expect(mostWindows(1_200)).toBe(300);
});

test("bucket widths rounded to a power of two so that they are shared; from an hour on to what roll-ups answer", () => {
  const day = span(at("00:00:00"), instant(at("00:00:00") + 86_400_000));
  expect(bucketLength(day, 1_200)).toBe(512_000);
  const length = (days: number) =>
    bucketLength(span(day.from, instant(day.from + days * 86_400_000)), 1_200) / 3_600_000;
  expect([7, 30, 90, 365].map(length)).toEqual([1, 4, 8, 48]);
  expect(bucketLength(span(at("00:00:00"), at("00:00:01")), 1_200)).toBe(1_000);
});

test("one bad window in a month is still seen: the worst verdict of a bucket is told", () => {
  const windows = [
    { expectedAt: at("00:00:01"), verdict: "on_time" },
    { expectedAt: at("00:00:02"), verdict: "missing" },
    { expectedAt: at("00:00:03"), verdict: "on_time" },
    { expectedAt: at("00:10:00"), verdict: "late" },
  ] as const;
  const buckets = new Buckets(millis(64_000));
  buckets.addWindows(windows);
  buckets.addCounts(at("00:10:10"), { on_time: 4 });
  buckets.addRejected(at("00:00:02"));
  // One that is not counted as missing here: it was judged anew since.
  buckets.addRejected(at("00:10:00"));
  expect(buckets.list()).toEqual([
    { at: "2027-01-12T00:00:00.000Z", counts: { on_time: 2, missing: 1 }, worst: "missing", rejected: 1 },
    { at: "2027-01-12T00:09:36.000Z", counts: { late: 1, on_time: 4 }, worst: "late" },
  ]);
  expect(new Buckets(millis(1_000)).list()).toEqual([]);
});
