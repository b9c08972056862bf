import { describe, expect, it } from "vitest";
import type { ScheduleFields } from "#components/api/shapes.ts";
import { differences, FIELDS, type FieldName, merged, versionDifferences } from "./schedule-diff.ts";
import { emptyValues, type FormValues } from "./schedule-values.ts";

const base: FormValues = { ...emptyValues("UTC"), name: "Nightly", slug: "nightly", expression: "0 2 * * *" };

describe("what differs between two states of a schedule", () => {
  it("tells each field in words, and the parts of a spec as one", () => {
    const after: FormValues = {
      ...base,
      kind: "rolling",
      every: "6 h",
      grace: "12 min",
      missThreshold: "2",
      owner: "Rosa",
    };
    expect(differences(base, after)).toEqual([
      { field: "expression", label: "Expected", was: "0 2 * * *", is: "at most every 6 h" },
      { field: "grace", label: "Grace", was: "5 min", is: "12 min" },
      { field: "missThreshold", label: "Incident after", was: "1 bad window", is: "2 bad windows" },
      { field: "owner", label: "Owner", was: "nobody", is: "Rosa" },
    ]);
    expect(differences(base, { ...base, every: "9 h", reason: "no field of it" })).toEqual([]);
  });

  it("tells of two versions, and of who fires it", () => {
    const version: ScheduleFields = {
      spec: { kind: "cron", expression: "0 2 * * *", dialect: "github" },
      ...{ name: "N", timezone: "UTC" },
      ...{ graceSeconds: 300, earlySeconds: null, maxRuntimeSeconds: null, missThreshold: 1, recoverThreshold: 1 },
      ...{ alsoBad: [], environment: "production", tags: [], owner: null, driver: { kind: "external" } },
      ...{ route: null, path: null, description: null },
    };
    const driver = { kind: "bullmq", connection: "redis", ref: "etl" } as const;
    const after: ScheduleFields = { ...version, graceSeconds: 720, driver, tags: ["a"] };
    expect(versionDifferences(version, after)).toEqual([
      { field: "grace", label: "Grace", was: "5 min", is: "12 min" },
      { field: "tags", label: "Tags", was: "none", is: "a" },
      { field: "driver", label: "Fired by", was: "somebody else; Rollcall watches", is: "bullmq over redis: etl" },
    ]);
  });

  it("merges: theirs, but for the fields of mine that are named", () => {
    const theirs: FormValues = { ...base, grace: "10 min", owner: "Otto" };
    const mine: FormValues = { ...base, kind: "interval", every: "2 h", grace: "12 min", reason: "slow disk" };
    const kept = new Set<FieldName>(["expression"]);
    expect(merged(theirs, mine, kept)).toEqual({ ...theirs, kind: "interval", every: "2 h", reason: "slow disk" });
    expect(differences(merged(theirs, mine, new Set(FIELDS)), mine)).toEqual([]);
  });
});
