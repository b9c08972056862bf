import { expect, test } from "vitest";
import type { Actor } from "#lib/access/actor.ts";
import { readInput } from "#lib/read-input.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { scheduleBySlug, versionsOf } from "#lib/schedules/store.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { DAY, plus } from "#lib/time/instant.ts";
import { archiveSchedule } from "./archive-schedule.ts";
import { createDraft } from "./create-draft.ts";
import { pauseSchedule, resumeSchedule } from "./pause-schedule.ts";
import { driverOf, putSchedule } from "./put-schedule.ts";

const db = useDatabase();
const ada: Actor = { kind: "system", name: "Ada" };
const ctx = () => ({ actor: ada, now: db.clock.now() });

const body = (more: object = {}) => ({
  name: "Nightly",
  spec: { kind: "cron", expression: "0 2 * * *" },
  timezone: "Europe/Berlin",
  graceSeconds: 600,
  ...more,
});

async function put(slug: string, given: object, ifMatch: number | null = null) {
  const input = readInput(scheduleInput, given);
  if (!input.ok) throw new Error(JSON.stringify(input.problem));
  const answer = await putSchedule(ctx(), { slug, input: input.value, ifMatch });
  if (!answer.ok) return answer.problem;
  return answer.value;
}

const stored = async (slug: string) => {
  const row = await scheduleBySlug(db.sql, slug);
  if (!row) throw new Error(`no ${slug}`);
  return row;
};

test("Every change to a schedule makes a new version with an `effectiveFrom`, the moment of the edit.", async () => {
  expect(await put("versions", body())).toMatchObject({ created: true });
  const first = await stored("versions");
  expect(first).toMatchObject({ version: 1, effectiveFrom: db.clock.at, expectedFrom: db.clock.at });
  db.clock.at = plus(db.clock.at, DAY);
  expect(await put("versions", body({ tags: ["a"] }))).toMatchObject({ created: false });
  expect(await stored("versions")).toMatchObject({ version: 2, effectiveFrom: db.clock.at, tags: ["a"] });
  const history = await versionsOf(db.sql, { scheduleId: first.id, before: null, limit: 10 });
  expect(history.map(({ number, actor }) => [number, actor])).toEqual([
    [2, "Ada"],
    [1, "Ada"],
  ]);
});

test("an unchanged `PUT` makes no version, whatever the order of its fields", async () => {
  await put(
    "same",
    body({
      spec: { kind: "interval", everySeconds: 60 },
      driver: { kind: "rollcall", target: { url: "https://a.example/" } },
    }),
  );
  db.clock.at = plus(db.clock.at, DAY);
  await put(
    "same",
    body({
      driver: { target: { url: "https://a.example/" }, kind: "rollcall" },
      spec: { everySeconds: 60, kind: "interval" },
    }),
  );
  expect((await stored("same")).version).toBe(1);
});

test("`PUT` replaces: what is left out takes its default", async () => {
  await put("replaced", body({ missThreshold: 3, owner: "Vera" }));
  await put("replaced", body());
  expect(await stored("replaced")).toMatchObject({ version: 2, missThreshold: 1, owner: null });
});

test("`If-Match` answers 412 when it has moved on", async () => {
  await put("matched", body());
  expect(await put("matched", body({ name: "B" }), 7)).toMatchObject({ status: 412, code: "precondition_failed" });
  expect(await put("matched", body({ name: "B" }), 1)).toMatchObject({ created: false });
  expect(await put("nothing-yet", body(), 1)).toMatchObject({ status: 412 });
});

test("an expression that the platform would refuse is refused, and nothing is stored", async () => {
  const refusal = await put("refused", body({ spec: { kind: "cron", expression: "61 * * * *" } }));
  expect(refusal).toMatchObject({ status: 422, errors: [{ path: "spec.expression" }] });
  expect(await scheduleBySlug(db.sql, "refused")).toBeNull();
});

test("Deleting archives, and a `PUT` of the slug revives it.", async () => {
  await put("archived", body());
  await archiveSchedule(ctx(), { slug: "archived", ifMatch: null });
  expect(await stored("archived")).toMatchObject({ archivedAt: db.clock.at });
  db.clock.at = plus(db.clock.at, DAY);
  expect(await put("archived", body())).toMatchObject({ created: false });
  expect(await stored("archived")).toMatchObject({ archivedAt: null, version: 2, expectedFrom: db.clock.at });
});

test("two that make the same slug at once make one schedule", async () => {
  const answers = await Promise.all([1, 2, 3, 4].map((n) => put("raced", body({ name: `By ${n}` }))));
  expect(answers.filter((answer) => "created" in answer && answer.created)).toHaveLength(1);
  expect(await stored("raced")).toMatchObject({ version: 4 });
});

test("a draft is rolling, one day, with a grace of one hour, and made once", async () => {
  const [a, b] = await Promise.all([createDraft("draft", db.clock.now()), createDraft("draft", db.clock.now())]);
  expect([a, b].map((one) => one.ok && one.value.created).sort()).toEqual([false, true]);
  expect(await stored("draft")).toMatchObject({
    draft: true,
    spec: { kind: "rolling", everySeconds: 86_400 },
    graceSeconds: 3_600,
  });
  await put("draft", body());
  expect(await stored("draft")).toMatchObject({ draft: false, version: 2 });
});

test("a pause excuses from its beginning to its end, and resuming without one is a conflict", async () => {
  await put("paused", body());
  const input = { until: null, resumeOnCheckIn: true };
  expect(await pauseSchedule(ctx(), { slug: "paused", input, ifMatch: null })).toMatchObject({ ok: true });
  expect(await stored("paused")).toMatchObject({ pausedAt: db.clock.at, pausedBy: "Ada", resumeOnCheckIn: true });
  db.clock.at = plus(db.clock.at, DAY);
  await resumeSchedule(ctx(), { slug: "paused", ifMatch: null });
  const again = await resumeSchedule(ctx(), { slug: "paused", ifMatch: null });
  expect(again).toMatchObject({ ok: false, problem: { status: 409, code: "not_paused" } });
  const rows = await db.sql.query("SELECT kind, to_at - from_at AS long FROM excuse");
  expect(rows).toMatchObject([{ kind: "pause", long: { days: 1 } }]);
});

test("a secret header lies sealed beside its schedule, in no version and nowhere in clear; changed to one as long it is an edit", async () => {
  const target = (Authorization: unknown) =>
    body({
      driver: { kind: "rollcall", target: { url: "https://a.example/", headers: { Authorization, accept: "*/*" } } },
    });
  await put("sealed", target("Bearer first-secret"));
  const row = await stored("sealed");
  expect(row.driver).toMatchObject({
    target: { headers: { Authorization: { set: true, length: 19 }, accept: "*/*" } },
  });
  expect(driverOf(row)).toMatchObject({ target: { headers: { Authorization: "Bearer first-secret" } } });
  await put("sealed", target({ set: true }));
  expect(await stored("sealed")).toMatchObject({ version: 1, headersBox: row.headersBox });
  await put("sealed", target("Bearer other-secret"));
  expect(driverOf(await stored("sealed"))).toMatchObject({
    target: { headers: { Authorization: "Bearer other-secret" } },
  });
  expect((await stored("sealed")).version).toBe(2);
  const [kept] = await db.sql.query<{ text: string }>(
    `SELECT (SELECT string_agg(s::text, '') FROM schedule s WHERE slug = 'sealed')
            || (SELECT string_agg(v::text, '') FROM schedule_version v WHERE schedule_id = $1::uuid) AS text`,
    [row.id],
  );
  expect(kept?.text).not.toMatch(/(first|other)-secret/);
});
