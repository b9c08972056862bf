import { expect, it } from "vitest";
import { changesBefore } from "./changes.ts";

const version = (number: number, effectiveFrom: string) => ({
  ...{ version: number, effectiveFrom, reason: null, actor: "Ada" },
});

it("tells what changed in the day before, oldest first, and how long before", () => {
  const shown = changesBefore({
    ...{ since: "2027-01-12T02:00:00.000Z", slug: "nightly" },
    marks: [
      { id: "a", at: "2027-01-12T01:56:00.000Z", title: "Deploy a41f9c2" },
      { id: "b", at: "2027-01-12T01:57:00.000Z", title: "Deploy of others", schedules: ["other"] },
      { id: "c", at: "2027-01-12T02:01:00.000Z", title: "Later" },
      { id: "d", at: "2027-01-10T02:01:00.000Z", title: "Days ago" },
    ],
    versions: [version(1, "2027-01-12T01:00:00.000Z"), version(2, "2027-01-12T01:59:40.000Z")],
  });
  expect(shown.map(({ title, before }) => [title, before])).toEqual([
    ["Deploy a41f9c2", "4 min before"],
    ["nightly became version 2, by Ada", "just before"],
  ]);
});
