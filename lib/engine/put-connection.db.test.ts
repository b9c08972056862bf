/** A connection that gets another name: whatever names it follows, and what is read over it goes on. */
import { beforeAll, expect, test } from "vitest";
import { accelerateInput } from "#lib/accelerations/schema.ts";
import { connectionInput } from "#lib/drivers/schema.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { SYSTEM } from "#lib/testing/people.ts";
import { problemOf, succeeded } from "#lib/testing/result.ts";
import { at, givenSchedule } from "#lib/testing/schedules.ts";
import { USER_SECRET, type UserEndpoint, userEndpoint } from "#lib/testing/user-endpoint.ts";
import { type Instant, instant, toRfc3339 } from "#lib/time/instant.ts";
import { sleep } from "#lib/time/timers.ts";
import { viewAcceleration } from "#lib/views/accelerations.ts";
import { viewSchedule, viewVersions } from "#lib/views/schedules.ts";
import { accelerateDue } from "./accelerate.ts";
import { judgeDue } from "./judge-due.ts";
import { putNamedConnection } from "./put-connection.ts";
import { readDrivers } from "./read-drivers.ts";
import { requestAcceleration, revertAcceleration } from "./request-acceleration.ts";

const db = useDatabase();
const start = at("2027-01-12T00:00:00Z");
const minute = (n: number): Instant => instant(start + n * 60_000);
const ctx = () => ({ actor: SYSTEM, now: db.clock.now() });
let there: UserEndpoint;
const put = (name: string, more: Readonly<Record<string, unknown>> = {}) => {
  const given = { kind: "webhook", url: `${there.origin}/drive`, allowPrivateNetwork: true, ...more };
  return putNamedConnection(ctx(), { name, input: connectionInput.parse(given), ifMatch: null });
};
const readAt = (now: Instant) => {
  db.clock.at = now;
  const onFailing = ({ sentence }: { readonly sentence: string }) => Promise.reject(new Error(sentence));
  return readDrivers({ pool: db.pool, clock: db.clock, secret: db.runtime.config.secret, onFailing });
};
const turn = () =>
  accelerateDue({
    ...{ pool: db.pool, clock: db.clock, secret: db.runtime.config.secret, sleep },
    processId: db.runtime.instanceId,
  });

beforeAll(async () => {
  there = await userEndpoint();
  there.coversTo = () => toRfc3339(db.clock.at);
});

test("a connection that is renamed: schedules, their versions and accelerations name it anew, a run that was under way goes on, and nothing is read twice", async () => {
  const spec = { kind: "cron", expression: "0 * * * *", dialect: "rollcall" };
  const runs: { id: string; startedAt: string; finishedAt?: string; outcome?: "success" }[] = [];
  const attempts = [{ id: "a1", at: toRfc3339(minute(60)) }];
  there.jobs.set("nightly", { spec, native: "0 * * * *", enabled: true, runs, attempts });
  succeeded(await put("theirs", { secret: USER_SECRET }));
  const id = await givenSchedule(start, { spec, driver: { kind: "webhook", connection: "theirs", ref: "nightly" } });
  const [row] = await db.sql.query<{ slug: string }>("SELECT slug FROM schedule WHERE id = $1::uuid", [id]);
  const slug = row?.slug ?? "";
  await readAt(minute(1));
  runs.push({ id: "r1", startedAt: toRfc3339(minute(60)) });
  await readAt(minute(61));
  const faster = { spec: { ...spec, expression: "*/5 * * * *" }, maxDurationSeconds: 3_600, reason: "a test" };
  const asked = { slug, input: accelerateInput.parse(faster), ifMatch: null };
  const accelerated = succeeded(await requestAcceleration(ctx(), asked));
  await turn();
  expect(there.jobs.get("nightly")?.native).not.toBe("0 * * * *");

  // Its secret stays, though it was not sent again.
  expect(succeeded(await put("theirs", { name: "platform" })).connection).toMatchObject({
    ...{ name: "platform", schedules: [slug], secret: { set: true } },
  });
  const named = { kind: "webhook", connection: "platform", ref: "nightly" };
  expect(succeeded(await viewSchedule(ctx(), { slug }))).toMatchObject({ driver: named, version: 1 });
  const page = { limit: 10, cursor: null };
  expect(succeeded(await viewVersions(ctx(), { slug, page })).items).toMatchObject([{ driver: named }]);

  runs[0] = { id: "r1", startedAt: toRfc3339(minute(60)), finishedAt: toRfc3339(minute(62)), outcome: "success" };
  await readAt(minute(63));
  await judgeDue(db.pool, { now: minute(63), atMost: 100 });
  const stored = await db.sql.query("SELECT outcome FROM run WHERE schedule_id = $1::uuid", [id]);
  expect(stored).toEqual([{ outcome: "success" }]);
  const told = await db.sql.query("SELECT 1 AS one FROM attempt WHERE schedule_id = $1::uuid", [id]);
  expect(told).toHaveLength(1);

  // What was set over the old name is put back over the new one.
  const input = { drift: null };
  succeeded(await revertAcceleration(ctx(), { id: accelerated.id, input, ifMatch: null }));
  await turn();
  expect(succeeded(await viewAcceleration(ctx(), { id: accelerated.id })).state).toBe("reverted");
  expect(there.jobs.get("nightly")?.native).toBe("0 * * * *");
});

test("to a name that is taken, or from one that is not there, nothing is renamed", async () => {
  succeeded(await put("first", { secret: USER_SECRET }));
  succeeded(await put("second", { secret: USER_SECRET }));
  const input = { ...{ secret: USER_SECRET, name: "second" }, url: `${there.origin}/other` };
  expect(problemOf(await put("first", input)).code).toBe("name_taken");
  expect(problemOf(await put("nobody", { ...input, name: "third" })).errors).toMatchObject([{ path: "name" }]);
  const rows = await db.sql.query<{ name: string; url: string }>(
    "SELECT name, options ->> 'url' AS url FROM connection WHERE name <> 'platform' ORDER BY name",
  );
  // Not even its address was changed.
  expect(rows).toEqual(["first", "second"].map((name) => ({ name, url: `${there.origin}/drive` })));
});
