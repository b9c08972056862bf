import fc from "fast-check";
import { expect, it } from "vitest";
import { type Act, foreseen } from "./incident-acts.ts";
import type { Incident } from "./shapes.ts";
import { undoOf } from "./undo-of.ts";

const now = Date.parse("2026-11-24T02:31:00.000Z");
const later = fc.integer({ min: 1, max: 48 }).map((hours) => new Date(now + hours * 3_600_000).toISOString());
const by = { name: "Rosa", at: new Date(now).toISOString() };

const open: Incident = {
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
const assignee = fc.constantFrom(null, { id: "o", name: "Otto" });
const incident: fc.Arbitrary<Incident> = fc.oneof(
  assignee.map((who): Incident => ({ ...open, assignee: who })),
  fc.tuple(assignee, fc.option(later)).map(
    ([who, snoozedUntil]): Incident => ({
      ...{ ...open, assignee: who, state: "acknowledged", acknowledgedAt: by.at, acknowledgedBy: "Otto", snoozedUntil },
    }),
  ),
);
const act: fc.Arbitrary<Act> = fc.oneof(
  later.map((until): Act => ({ kind: "snooze", until })),
  fc.constant<Act>({ kind: "acknowledge" }),
  fc.constant<Act>({ kind: "unsnooze" }),
  fc.constantFrom<Act>({ kind: "assign", userId: "r", name: "Rosa" }, { kind: "assign", userId: null, name: null }),
);
const seen = ({ state, snoozedUntil, assignee: who }: Incident) => ({ state, snoozedUntil, who });

it("undoing leads back to the state, the snooze and the assignee that were", () => {
  fc.assert(
    fc.property(incident, act, (before, did) => {
      const undo = undoOf(before, did, now);
      const after = foreseen(before, did, by);
      expect(seen(undo ? foreseen(after, undo, by) : after)).toEqual(seen(before));
    }),
  );
});

it("a snooze whose end has passed comes back as acknowledged, and what only adds or ends is not undone", () => {
  const passed: Incident = { ...open, state: "acknowledged", snoozedUntil: new Date(now - 1).toISOString() };
  expect(undoOf(passed, { kind: "snooze", until: new Date(now + 1).toISOString() }, now)).toEqual({ kind: "unsnooze" });
  expect(undoOf(open, { kind: "resolve" }, now)).toBeNull();
  expect(undoOf(open, { kind: "notes", text: "hm" }, now)).toBeNull();
});
