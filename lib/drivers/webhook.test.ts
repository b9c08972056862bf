import { beforeEach, expect, test } from "vitest";
import { USER_SECRET, type UserEndpoint, userEndpoint } from "#lib/testing/user-endpoint.ts";
import { systemClock } from "#lib/time/clock.ts";
import { instant } from "#lib/time/instant.ts";
import type { Answer, Held } from "./driver.ts";
import { webhook } from "./webhook.ts";

const world = { clock: systemClock() };
let there: UserEndpoint;

const config = (more: object = {}) =>
  ({ url: `${there.origin}/drive`, secret: USER_SECRET, allowPrivateNetwork: true, runs: "history", ...more }) as const;
const value = <T>(answer: Answer<T> | undefined): T => {
  if (!answer?.ok) throw new Error(answer?.problem.sentence ?? "it is not there");
  return answer.value;
};
const sentence = (answer: Answer<unknown> | undefined) =>
  answer?.ok === false ? `${answer.problem.kind}: ${answer.problem.sentence}` : null;
const read = (ref: string, more: object = {}) => webhook.read?.(config(more), ref, world);
const cron = (expression: string) =>
  ({ spec: { kind: "cron", expression, dialect: "rollcall" }, timezone: "UTC" }) as const;

beforeEach(async () => {
  there = await userEndpoint();
  there.jobs.set("nightly", { ...cron("0 2 * * *"), native: "0 2 * * *", enabled: true, runs: [], attempts: [] });
});

test("proposes, reads, sets and puts back, as the endpoint tells and takes it", async () => {
  expect(value(await webhook.discover?.(config(), world))).toMatchObject([
    { ref: "nightly", slug: "nightly", held: { native: "0 2 * * *", timezone: "UTC" } },
  ]);
  const original = value(await read("nightly"));
  const apply = (put: Pick<Held, "spec" | "timezone"> | Held, instead: Held) =>
    webhook.apply?.(config(), { ref: "nightly", put, instead }, world);
  const faster = value(await apply(cron("* * * * *"), original));
  expect(faster).toMatchObject({ ...cron("* * * * *"), native: "* * * * *", enabled: true });
  expect(sentence(await apply(cron("*/2 * * * *"), original))).toBe(
    "changed: It holds “* * * * *” by now; nothing was written.",
  );
  expect(value(await apply(original, faster))).toEqual(original);
});

test("its history is read from its own cursor, and covers what it says and what is past", async () => {
  const job = there.jobs.get("nightly");
  job?.attempts.push({ id: "a", at: "2027-01-12T02:00:00Z", status: 202 });
  job?.runs.push({ id: "r", startedAt: "2027-01-12T02:00:01Z", finishedAt: "2027-01-12T02:00:02Z", outcome: "fail", log: "no" }); // biome-ignore format: one row
  const now = instant(Date.parse("2027-01-12T03:00:00Z"));
  const history = (cursor: unknown) =>
    webhook.attempts?.(config(), { ref: "nightly", cursor }, { clock: { now: () => now } });
  const silent = value(await history(null));
  expect(silent).toMatchObject({
    attempts: [{ id: "a", outcome: "answered", status: 202, scheduledFor: null }],
    runs: [{ id: "r", outcome: "fail", log: "no", window: null }],
    coversFrom: silent.coversTo,
  });
  // It says more than can be true: nobody knows the future.
  there.coversTo = () => "2030-01-01T00:00:00Z";
  const second = value(await history(silent.cursor));
  expect(second).toMatchObject({ attempts: [], runs: [], coversFrom: null, coversTo: now - 2_000 });
});

test("fires, and names the window", async () => {
  const fired = await webhook.fire?.(config(), { ref: "nightly", window: instant(0), id: "one" }, world);
  expect(value(fired)).toEqual({ namesWindow: true });
  expect(there.fired).toEqual([{ ref: "nightly", window: "1970-01-01T00:00:00.000Z", id: "one" }]);
});

test("every way of not answering has its sentence, and no secret in it", async () => {
  expect(sentence(await read("weekly"))).toBe("not_found: The endpoint knows no such job: there is no weekly here.");
  expect(sentence(await read("nightly", { secret: "another" }))).toBe(
    "refused: The endpoint answers 401: not signed as agreed.",
  );
  expect(sentence(await read("nightly", { allowPrivateNetwork: false }))).toMatch(
    /^refused: The address may not be asked/,
  );
  const answers: readonly (readonly [number, unknown, RegExp])[] = [
    [
      200,
      { held: { spec: { kind: "cron" } } },
      /^refused: The endpoint's answer to driver.read is none that Rollcall can read/,
    ],
    [200, "not an object", /^refused: The endpoint's answer/],
    [302, {}, /^refused: The endpoint answers 302\.$/],
    [409, {}, /^changed: It holds something else by now\.$/],
    [501, { message: "no." }, /^cannot: The endpoint cannot do that \(driver.read\): no\.$/],
    [503, { message: `broken with ${USER_SECRET}` }, /^unreachable: The endpoint answers 503: broken with …\.$/],
  ];
  for (const [status, body, told] of answers) {
    there.answers = { status, body };
    expect(sentence(await read("nightly"))).toMatch(told);
  }
});
