import { beforeAll, describe, expect, it } from "vitest";
import { accelerateInput, revertInput } from "#lib/accelerations/schema.ts";
import { routeInput } from "#lib/boundary/schema.ts";
import { putRoute } from "#lib/boundary/service.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { givenDispatcher, givenFired } from "#lib/testing/dispatching.ts";
import { type Cast, insertCast } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { at, givenCheckIn } from "#lib/testing/schedules.ts";
import { givenTarget } from "#lib/testing/target.ts";
import { type Instant, instant, MINUTE } from "#lib/time/instant.ts";
import { sleep } from "#lib/time/timers.ts";
import { viewAcceleration } from "#lib/views/accelerations.ts";
import { accelerateDue } from "./accelerate.ts";
import { judgeDue } from "./judge-due.ts";
import { makeRecorder } from "./record.ts";
import { requestAcceleration, revertAcceleration } from "./request-acceleration.ts";

const db = useDatabase();
let people: Cast;
beforeAll(async () => {
  people = await insertCast(db.sql, db.clock.now());
});

const ctx = () => ({ actor: people.ada, now: db.clock.now() });
const turn = () =>
  accelerateDue({
    ...{ pool: db.pool, clock: db.clock, secret: db.runtime.config.secret, sleep },
    processId: db.runtime.instanceId,
  });
const see = async (id: string) => succeeded(await viewAcceleration(ctx(), { id }));

async function accelerated(slug: string, more: Record<string, unknown> = {}): Promise<string> {
  const spec = { kind: "cron", expression: "* * * * *" };
  const asked = { spec, maxDurationSeconds: 1_800, reason: "to see the fix", overrideReason: "a test", ...more };
  const input = accelerateInput.parse(asked);
  const { id } = succeeded(await requestAcceleration(ctx(), { slug, input, ifMatch: null }));
  await turn();
  return id;
}
const incidentOf = async (slug: string) => {
  await judgeDue(db.pool, { now: db.clock.now(), atMost: 100 });
  const [row] = await db.sql.query<{ state: string }>(
    "SELECT i.state FROM incident i JOIN schedule s ON s.id = i.schedule_id WHERE s.slug = $1 ORDER BY number DESC",
    [slug],
  );
  return row?.state ?? null;
};
const later = (from: Instant, minutes: number): Instant => instant(from + minutes * MINUTE);

describe("an acceleration that is fired", () => {
  it("heals an incident long before the original's next time, and is put back by the run that did", async () => {
    const hour = at("2027-01-12T04:00:00Z");
    db.clock.at = later(hour, -30);
    let status = 500;
    const target = await givenTarget((_request, response) => response.writeHead(status).end());
    const { slug } = await givenFired(db, { url: `${target.origin}/job` });
    const dispatcher = givenDispatcher(db);
    await dispatcher.at(hour);
    expect(await incidentOf(slug)).toBe("open");
    db.clock.at = later(hour, 2);
    const id = await accelerated(slug);
    await dispatcher.at(later(hour, 3));
    await turn();
    expect((await see(id)).steps.at(-1)).toMatchObject({ step: "run_failed", ok: false });
    // It is not fixed yet: the fail of a temporary window opens nothing, and heals nothing.
    expect([(await see(id)).state, await incidentOf(slug)]).toEqual(["applied", "open"]);
    status = 204;
    await dispatcher.at(later(hour, 4));
    await turn();
    expect([(await see(id)).state, (await see(id)).outcome, await incidentOf(slug)]).toEqual([
      ...["reverted", "confirmed", "resolved"],
    ]);
    for (const minute of [5, 6, 7]) await dispatcher.at(later(hour, minute));
    expect(target.asked).toHaveLength(3);
    await dispatcher.at(later(hour, 60));
    expect(target.asked).toHaveLength(4);
  });

  it("A schedule that nobody can set from outside (`external`) but whose route Rollcall can call as its caller does is accelerated by a **stand-in**: Rollcall's dispatcher calls the route at the temporary times, the original schedule stays untouched, and reverting is to stop", async () => {
    const hour = at("2027-01-12T08:00:00Z");
    db.clock.at = later(hour, -30);
    const target = await givenTarget((_request, response) => response.writeHead(200).end());
    const contract = { kind: "vercel-cron", secret: "a secret of this very test" };
    const route = routeInput.parse({ contract, url: `${target.origin}/api/cron`, allowPrivateNetwork: true });
    succeeded(await putRoute(ctx(), { name: "called", input: route, ifMatch: null }));
    const { id: scheduleId, slug } = await givenFired(db, {}, { driver: { kind: "external" }, route: "called" });
    const dispatcher = givenDispatcher(db);
    db.clock.at = later(hour, -2);
    const id = await accelerated(slug, { confirmedRunsWanted: 2 });
    expect([(await see(id)).standIn, (await see(id)).state]).toEqual([true, "applied"]);
    for (const minute of [-1, 0, 1, 2]) await dispatcher.at(later(hour, minute));
    // At the hour the original's own scheduler calls; there Rollcall does not.
    expect(target.asked).toHaveLength(3);
    expect(target.asked[0]).toMatchObject({
      ...{ method: "GET", url: "/api/cron" },
      headers: { authorization: "Bearer a secret of this very test" },
    });
    const recorder = makeRecorder({ pool: db.pool, clock: db.clock });
    await recorder.record([givenCheckIn(scheduleId, "success", db.clock.now())]);
    await turn();
    expect([(await see(id)).runsConfirmed, (await see(id)).state]).toEqual([1, "applied"]);
    succeeded(await revertAcceleration(ctx(), { id, input: revertInput.parse({}), ifMatch: null }));
    await turn();
    expect((await see(id)).state).toBe("reverted");
    for (const minute of [3, 4, 60, 61]) await dispatcher.at(later(hour, minute));
    expect(target.asked).toHaveLength(3);
  });
});
