import { expect, it } from "vitest";
import type { ScheduleVersion } from "#components/api/shapes.ts";
import { changesBefore, doneInWords } from "./changes.ts";

const version = (number: number, effectiveFrom: string, graceSeconds = 600): ScheduleVersion => ({
  ...{ version: number, effectiveFrom, reason: null, actor: "Ada" },
  ...{ name: "Nightly", spec: { kind: "interval", everySeconds: 3_600, anchor: "2027-01-01T00:00:00Z" } },
  ...{ timezone: "UTC", graceSeconds, earlySeconds: null, maxRuntimeSeconds: null },
  ...{ missThreshold: 1, recoverThreshold: 1, alsoBad: [], environment: "production", tags: [], owner: null },
  ...{ driver: { kind: "external" }, route: null, path: null, description: null },
});

const since = "2027-01-12T02:00:00.000Z";

it("tells what changed in the day before, oldest first, and how long before", () => {
  const shown = changesBefore({
    ...{ since, until: "2027-01-12T02:10:00.000Z", slug: "nightly" },
    marks: [
      { id: "a", at: "2027-01-12T01:56:00.000Z", title: "Deploy a41f9c2" },
      { id: "b", at: "2027-01-12T01:57:00.000Z", title: "Deploy of others", schedules: ["other"] },
      { id: "c", at: "2027-01-12T02:01:00.000Z", title: "Later, and before it was seen" },
      { id: "d", at: "2027-01-10T02:01:00.000Z", title: "Days ago" },
      { id: "e", at: "2027-01-12T02:11:00.000Z", title: "After it was opened" },
    ],
    versions: [version(2, "2027-01-12T01:59:40.000Z", 300), version(1, "2027-01-12T01:00:00.000Z")],
    done: [
      {
        ...{ id: "f", at: "2027-01-12T01:58:10.000Z", by: "Ada", action: "route.changed", subject: "cron-api" },
        detail: { contract: "hmac", contractBefore: "vercel-cron", secretsChanged: ["contract.secret"] },
      },
    ],
  });
  expect(shown.map(({ title, when }) => [title, when])).toEqual([
    ["Deploy a41f9c2", "4 min before"],
    ["Route cron-api went from Vercel Cron to HMAC signature", "1 min before"],
    ["nightly became version 2: Grace 10 min → 5 min", "20 s before"],
    ["Later, and before it was seen", "1 min after"],
  ]);
});

it("says of keys, secrets and routes what was done to them", () => {
  const said = (action: string, subject: string, detail = {}) => doneInWords({ action, subject, detail });
  expect(said("route.changed", "cron-api", { contract: "hmac", secretsChanged: ["contract.secret", "proxyKey"] })).toBe(
    "Route cron-api got a new secret, proxy key",
  );
  expect(said("ping_key.rotated", "1", { graceSeconds: 86_400 })).toBe(
    "The ping key was replaced; the old one holds for 1 d more",
  );
  expect(said("ping_key.rotated", "1", { graceSeconds: 0 })).toBe("The ping key was replaced");
  expect(said("key.revoked", "8d1", { name: "deploy" })).toBe("API key deploy was revoked");
  expect(said("route.key_rotated", "cron-api")).toBe("The gate of cron-api got a new key; the old one is void");
  expect(said("thing.half_done", "x")).toBe("x: thing half done");
});
