import { expect, test } from "vitest";
import { useDatabase } from "#lib/testing/database.ts";
import { givenDispatcher, givenFired } from "#lib/testing/dispatching.ts";
import { at } from "#lib/testing/schedules.ts";
import { givenTarget } from "#lib/testing/target.ts";
import { judgeDue } from "./judge-due.ts";

const db = useDatabase();
const verdicts = async (slug: string) => {
  await judgeDue(db.pool, { now: db.clock.now(), atMost: 100 });
  return db.sql.query(
    "SELECT i.state, i.cause, i.reason, i.diagnosis FROM incident i JOIN schedule s ON s.id = i.schedule_id WHERE s.slug = $1",
    [slug],
  );
};
const attempts = (id: string) =>
  db.sql.query<Record<string, unknown>>(
    `SELECT outcome, status::int AS status, error, excerpt, to_char(scheduled_for, 'HH24:MI') AS "for" FROM attempt
      WHERE schedule_id = $1::uuid ORDER BY at, id`,
    [id],
  );
const runs = (id: string) =>
  db.sql.query<Record<string, unknown>>(
    `SELECT outcome, source, manual, to_char(named_window, 'HH24:MI') AS "for" FROM run WHERE schedule_id = $1::uuid ORDER BY started_at, id`,
    [id],
  );

test("A schedule that Rollcall's dispatcher fires takes the target's answer as its run (a success code: success)", async () => {
  db.clock.at = at("2027-01-12T00:30:00Z");
  const target = await givenTarget((_request, response) => response.end("done"));
  const { id, slug } = await givenFired(db, { url: `${target.origin}/job` });
  const dispatcher = givenDispatcher(db);
  expect(await dispatcher.fireAt(at("2027-01-12T00:59:59Z"))).toBe(at("2027-01-12T01:00:00Z"));
  await dispatcher.at(at("2027-01-12T01:00:00Z"));
  expect(target.asked).toMatchObject([
    { method: "POST", url: "/job", headers: { "rollcall-scheduled-for": "2027-01-12T01:00:00.000Z" } },
  ]);
  expect(await attempts(id)).toMatchObject([{ outcome: "answered", status: 200, for: "01:00" }]);
  expect(await runs(id)).toEqual([{ outcome: "success", source: "dispatcher", manual: false, for: "01:00" }]);
  db.clock.at = at("2027-01-12T01:30:00Z");
  expect(await verdicts(slug)).toEqual([]);
  await dispatcher.at(at("2027-01-12T01:30:00Z"));
  expect(target.asked).toHaveLength(1);
});
