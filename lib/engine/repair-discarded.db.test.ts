import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { scheduleBySlug } from "#lib/schedules/store.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast } from "#lib/testing/people.ts";
import { problemOf, succeeded } from "#lib/testing/result.ts";
import { at, givenSchedule } from "#lib/testing/schedules.ts";
import { repairDiscarded, takeBackRepair } from "./repair-discarded.ts";

const db = useDatabase();
const start = at("2027-01-12T00:00:00Z");
let cast: Cast;

beforeAll(async () => {
  cast = await insertCast(db.sql, start);
});

const ada = () => ({ actor: cast.ada, now: db.clock.at });

/** A check-in by a slug that no schedule has. */
async function givenDiscarded(): Promise<{ readonly id: string; readonly slug: string }> {
  const [id, slug] = [randomUUID(), `lost-${randomUUID().slice(0, 8)}`];
  await db.sql.query(
    `INSERT INTO discarded (id, project_id, reason, path, sender, slug, count, first_at, last_at)
     VALUES ($1::uuid, 1, 'unknown_slug', '/ping/Jour…/' || $2, '127.0.0.1', $2, 1, now(), now())`,
    [id, slug],
  );
  return { id, slug };
}

test("a repair as an alias is taken back: the slug goes nowhere again, and the schedule stays", async () => {
  const scheduleId = await givenSchedule(start);
  const [row] = await db.sql.query<{ readonly slug: string }>("SELECT slug FROM schedule WHERE id = $1::uuid", [
    scheduleId,
  ]);
  const { id } = await givenDiscarded();
  const target = row?.slug ?? "";
  expect(succeeded(await repairDiscarded(ada(), { id, as: "alias", slug: target })).means).toBe(target);
  expect(succeeded(await takeBackRepair(ada(), { id })).means).toBeNull();
  expect((await scheduleBySlug(db.sql, target))?.archivedAt).toBeNull();
  expect(problemOf(await takeBackRepair(ada(), { id }))).toMatchObject({ status: 409, code: "not_repaired" });
  // And it can be repaired anew.
  succeeded(await repairDiscarded(ada(), { id, as: "alias", slug: target }));
});

test("a schedule that a repair made is archived again, unless somebody has completed it", async () => {
  const { id, slug } = await givenDiscarded();
  succeeded(await repairDiscarded(ada(), { id, as: "new", slug }));
  succeeded(await takeBackRepair(ada(), { id }));
  expect((await scheduleBySlug(db.sql, slug))?.archivedAt).toBe(db.clock.at);

  const other = await givenDiscarded();
  succeeded(await repairDiscarded(ada(), { id: other.id, as: "new", slug: other.slug }));
  await db.sql.query("UPDATE schedule SET draft = false WHERE slug = $1", [other.slug]);
  expect(problemOf(await takeBackRepair(ada(), { id: other.id })).code).toBe("not_repaired");
  expect((await scheduleBySlug(db.sql, other.slug))?.archivedAt).toBeNull();
});
