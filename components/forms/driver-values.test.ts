import { describe, expect, it } from "vitest";
import { type DriverShown, driverBody, driverField, driverText, driverValues, emptyDriver, wrongInDriver } from "./driver-values.ts"; // biome-ignore format: one line

const stored: DriverShown = {
  kind: "rollcall",
  target: {
    ...{ url: "https://app.example.com/cron", method: "POST", body: "{}", contract: "vercel-cron" },
    headers: { "x-tenant": "one", authorization: { set: true, length: 39 } },
    ...{ timeoutSeconds: 90, successCodes: "200-299,304", retries: 2, overlap: "skip", catchUp: "run" },
    ...{ runs: "check-in", allowPrivateNetwork: true },
  },
};

describe("who fires a schedule, as it is typed", () => {
  it("sends what is stored as it was read: a secret that nobody touched stays", () => {
    expect(driverBody(driverValues(stored))).toEqual(stored);
    const connected: DriverShown = { kind: "pg-cron", connection: "warehouse", ref: "nightly" };
    expect(driverBody(driverValues(connected))).toEqual(connected);
    expect(driverBody(driverValues({ kind: "external" }))).toEqual({ kind: "external" });
  });

  it("sends a secret that was typed anew, and no header without a name", () => {
    const values = driverValues(stored);
    const headers = [...values.headers.map((one) => (one.kept === null ? one : { ...one, value: "Bearer new" })), { name: " ", value: "", kept: null }]; // biome-ignore format: one line
    expect(driverBody({ ...values, headers })).toMatchObject({
      target: { headers: { "x-tenant": "one", authorization: "Bearer new" } },
    });
  });

  it("says what is wrong at its field", () => {
    const of = (more: Partial<typeof emptyDriver>) =>
      wrongInDriver({ ...emptyDriver, ...more }).map(({ path }) => path);
    expect(of({ by: "rollcall", timeout: "soon", retries: "x" })).toEqual(["driver.url", "driver.timeout", "driver.retries"]); // biome-ignore format: one line
    const twice = [{ name: "a", value: "1", kept: null }, { name: "A", value: "2", kept: null }]; // biome-ignore format: one line
    expect(of({ by: "rollcall", url: "https://a.example", headers: twice })).toEqual(["driver.headers"]);
    expect(of({ by: "connected" })).toEqual(["driver.connection", "driver.ref"]);
    expect(of({})).toEqual([]);
  });

  it("finds the field that the server speaks of", () => {
    const paths = ["driver.target.url", "driver.target.timeoutSeconds", "driver.target.headers.x", "driver.connection", "driver.kind", "owner"]; // biome-ignore format: one line
    expect(paths.map(driverField)).toEqual(["driver.url", "driver.timeout", "driver.headers", "driver.connection", "driver.by", null]); // biome-ignore format: one line
  });

  it("is told in one line, without what is as by default, and without a secret", () => {
    expect(driverText(emptyDriver)).toBe("somebody else; Rollcall watches");
    expect(driverText(driverValues(stored))).toBe(
      "Rollcall calls POST https://app.example.com/cron; proof vercel-cron; time-out 1 min 30 s; success 200-299,304; retries 2; overlap skip; caught up run; runs by check-in; headers x-tenant (3), authorization; a body of 2; private network allowed",
    );
  });
});
