import { describe, expect, it } from "vitest";
import type { Schedule } from "#components/api/shapes.ts";
import { slugFor } from "#lib/schedules/slug-for.ts";
import { bodyOf, emptyValues, type FormValues, fieldOf, specOf, valuesOf, wrongIn } from "./schedule-values.ts";

const typed = (more: Partial<FormValues>): FormValues => ({
  ...emptyValues("America/New_York"),
  ...{ name: "Nightly", slug: "nightly", expression: "0 2 * * *" },
  ...more,
});

const stored: Schedule = {
  ...{ slug: "nightly", name: "Nightly", timezone: "America/New_York", graceSeconds: 720, earlySeconds: null },
  ...{ maxRuntimeSeconds: 5_400, missThreshold: 2, recoverThreshold: 1, alsoBad: ["late"], environment: "staging" },
  ...{ tags: ["data", "etl"], owner: "Otto", driver: { kind: "external" }, route: "cron-api", path: "/x" },
  ...{ description: null, uuid: "u", pingUrl: "", version: 4, createdAt: "", cadence: "", draft: false },
  ...{ status: "on_time", nextExpectedAt: null, lastRun: null, paused: null, archivedAt: null, openIncidentId: null },
  spec: { kind: "interval", everySeconds: 2_700, anchor: "2027-01-01T00:00:00.000Z" },
};

describe("what is typed about a schedule", () => {
  it("makes a short name of a name", () => {
    expect(slugFor("  Nightly ETL (Zürich) ")).toBe("nightly-etl-zurich");
  });

  it("reads back what is stored, and sends it as it was", () => {
    const body = bodyOf(valuesOf(stored), stored);
    const { name, spec, timezone, graceSeconds, earlySeconds, maxRuntimeSeconds, driver, route, path } = stored;
    const { missThreshold, recoverThreshold, alsoBad, environment, tags, owner, description } = stored;
    expect(body).toEqual({
      ...{ name, spec, timezone, graceSeconds, earlySeconds, maxRuntimeSeconds, driver, route, path },
      ...{ missThreshold, recoverThreshold, alsoBad, environment, tags, owner, description, reason: null },
    });
  });

  it("takes a moment on the zone's clock, and after the gap one that the spring change skips", () => {
    const at = (wall: string) => specOf(typed({ kind: "at", at: wall }), null);
    expect(at("2027-01-31T06:00")).toEqual({ kind: "at", at: "2027-01-31T11:00:00.000Z" });
    expect(at("2026-03-08T02:30")).toEqual({ kind: "at", at: "2026-03-08T07:00:00.000Z" });
    expect(at("")).toBeNull();
  });

  it("says what is wrong at its field, before the server is asked", () => {
    const wrong = wrongIn(typed({ name: " ", slug: "No", expression: "", grace: "soon", missThreshold: "0" }), null);
    expect(wrong.map(({ path }) => path).sort()).toEqual(["expression", "grace", "missThreshold", "name", "slug"]);
    expect(wrongIn(typed({ kind: "rolling", every: "6 h", early: "", maxRuntime: "90" }), null)).toEqual([]);
    // What only the server's schema knows.
    const far = typed({ timezone: "Mars/Olympus", grace: "60 d", tags: "a\u0007", route: "Not a name" });
    expect(wrongIn(far, null)).toEqual([
      { path: "timezone", message: "must be an IANA time zone such as Europe/Berlin" },
      { path: "grace", message: expect.stringContaining("at most") },
      { path: "tags", message: "must be one line of text" },
      { path: "route", message: expect.stringContaining("1 to 100 characters") },
    ]);
  });

  it("finds the field that the server speaks of", () => {
    expect(
      ["spec.expression", "spec.everySeconds", "graceSeconds", "tags.0", "timezone", "driver.kind"].map(fieldOf),
    ).toEqual(["expression", "every", "grace", "tags", "timezone", "driver.by"]);
  });
});
