import fc from "fast-check";
import { expect, test } from "vitest";
import { ruleOf } from "#gate/contracts/rules.ts";
import { configProblem } from "#gate/contracts/secrets.ts";
import { routeInput } from "#lib/boundary/schema.ts";
import { readInput } from "#lib/read-input.ts";
import { changeInput } from "#lib/schedules/maintenance-schema.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { changeOf, contractsOf, graceOf, JOBS, nextFiring, routeOf, scheduleOf, secretsOf } from "./story.ts";

const secrets = secretsOf("only-for-tests-0123456789");
const origin = "http://127.0.0.1:4000";

test("everything that it makes is plainly marked, and one job crosses no gate", () => {
  expect(new Set(JOBS.map(({ slug }) => slug)).size).toBe(JOBS.length);
  for (const job of JOBS) {
    const schedule = scheduleOf(job, 60);
    expect(job.slug).toMatch(/^demo-/);
    expect(schedule).toMatchObject({ name: expect.stringMatching(/ \(demo\)$/), tags: ["demo"], environment: "demo" });
    expect("route" in schedule).toBe(job.path !== null);
  }
  expect(JOBS.filter(({ path }) => path === null)).toHaveLength(1);
});

test("what it stores is what the API takes, at any length of its period", () => {
  const every = fc.integer({ min: 5, max: 600 });
  fc.assert(
    fc.property(every, fc.boolean(), (everySeconds, wrong) => {
      for (const job of JOBS) expect(readInput(scheduleInput, scheduleOf(job, everySeconds)).ok).toBe(true);
      expect(readInput(routeInput, routeOf({ origin, secrets, wrong })).ok).toBe(true);
      expect(readInput(changeInput, { title: changeOf(wrong) }).ok).toBe(true);
    }),
  );
});

test("a job is called within its grace, and ended before it is called again", () => {
  for (let everySeconds = 5; everySeconds <= 600; everySeconds++) {
    for (const { after, takes } of JOBS) {
      expect(after * everySeconds).toBeLessThan(graceOf(everySeconds));
      expect(after + takes).toBeLessThan(0.5);
    }
  }
  expect(graceOf(60)).toBe(12);
});

test("the next firing is the next multiple of the period, and later than now", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 5, max: 600 }), (now, everySeconds) => {
      const next = nextFiring(now, everySeconds);
      expect(next % (everySeconds * 1_000)).toBe(0);
      expect(next).toBeGreaterThan(now);
      expect(next - now).toBeLessThanOrEqual(everySeconds * 1_000);
    }),
  );
});

test("its secrets are fit, different from each other, and the same at each start", () => {
  for (const config of Object.values(contractsOf(secrets)))
    expect(configProblem(ruleOf(config.kind), config)).toBeNull();
  expect(new Set(Object.values(secrets)).size).toBe(3);
  expect(secretsOf("only-for-tests-0123456789")).toEqual(secrets);
  expect(secretsOf("another-one-of-tests-0123").caller).not.toBe(secrets.caller);
});

test("only what the gate expects changes with the switch; its caller stays what it is", () => {
  const [right, wrong] = [false, true].map((wrong) => routeOf({ origin, secrets, wrong }));
  expect(right?.contract).toEqual(right?.caller);
  expect(wrong?.contract.kind).toBe("hmac");
  expect({ ...wrong, contract: null }).toEqual({ ...right, contract: null });
});
