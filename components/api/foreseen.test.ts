import { expect, it } from "vitest";
import { foreseen } from "./incident-acts.ts";
import type { Incident } from "./shapes.ts";

const incident: Incident = {
  ...{
    id: "i",
    number: 3,
    kind: "windows",
    schedule: "nightly",
    state: "open",
    sentence: "nightly: a run is missing.",
  },
  ...{ cause: "silent", reason: null, diagnosis: null, since: "", openedAt: "", acknowledgedAt: null },
  ...{ acknowledgedBy: null, snoozedUntil: null, expectedFixAt: null, assignee: null, resolvedAt: null },
  ...{ resolvedBy: null, resolution: null, outageId: null },
};
const by = { name: "Rosa", at: "2026-11-24T02:31:00.000Z" };

it("shows an incident as it will be before the server has said so", () => {
  expect(foreseen(incident, { kind: "acknowledge", expectedFixAt: "2026-11-24T05:30:00.000Z" }, by)).toMatchObject({
    ...{ state: "acknowledged", acknowledgedBy: "Rosa", acknowledgedAt: by.at },
    expectedFixAt: "2026-11-24T05:30:00.000Z",
  });
  expect(foreseen(incident, { kind: "snooze", until: "2026-11-24T06:00:00.000Z" }, by)).toMatchObject({
    ...{ state: "acknowledged", snoozedUntil: "2026-11-24T06:00:00.000Z" },
  });
  expect(foreseen(incident, { kind: "resolve", note: "Rolled back." }, by)).toMatchObject({
    ...{ state: "resolved", resolution: "Rolled back.", resolvedBy: "Rosa" },
  });
  expect(foreseen(incident, { kind: "assign", userId: "u", name: "Otto" }, by).assignee).toEqual({
    id: "u",
    name: "Otto",
  });
  expect(foreseen(incident, { kind: "notes", text: "hm" }, by)).toBe(incident);
});
