import { beforeAll, describe, expect, it } from "vitest";
import { accelerateDue } from "#lib/engine/accelerate.ts";
import { type Answered, type Call, sessionCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { insertCast } from "#lib/testing/people.ts";
import { HOUR, MINUTE, type Millis, millis, plus } from "#lib/time/instant.ts";
import { sleep } from "#lib/time/timers.ts";

const db = useDatabase();
let otto: Call;
let ada: Call;
let rosa: Call;
beforeAll(async () => {
  const cast = await insertCast(db.sql, db.clock.now());
  otto = await sessionCaller(cast.otto);
  ada = await sessionCaller(cast.ada);
  rosa = await sessionCaller(cast.rosa);
});

const DISPATCHED = { kind: "rollcall", target: { url: "https://app.example.com/run" } };
const NIGHTLY = {
  ...{ name: "Nightly", timezone: "UTC", graceSeconds: 600, driver: DISPATCHED },
  spec: { kind: "cron", expression: "0 2 * * *" },
};
const EVERY_MINUTE = { kind: "cron", expression: "* * * * *" };
const FASTER = { spec: EVERY_MINUTE, maxDurationSeconds: 3_600, reason: "to see the fix" };

let made = 0;
async function given(fields: Record<string, unknown> = {}): Promise<string> {
  const slug = `job-${++made}`;
  expect((await ada("PUT", `/schedules/${slug}`, { ...NIGHTLY, ...fields })).status).toBe(201);
  return slug;
}
const ask = (slug: string, more: Record<string, unknown> = {}, by: Call = otto): Promise<Answered> =>
  by("POST", `/schedules/${slug}/accelerations`, { ...FASTER, ...more });
const told = ({ status, body }: Answered) => [status, body.code ?? body.state];
const turn = () =>
  accelerateDue({
    ...{ pool: db.pool, clock: db.clock, secret: db.runtime.config.secret, sleep },
    processId: db.runtime.instanceId,
  });
const later = (length: Millis): void => {
  db.clock.at = plus(db.clock.at, length);
};

async function verified(route: string, green: boolean): Promise<void> {
  await db.sql.query(
    `INSERT INTO verification (id, project_id, route, at, actor, finished_at, green, representative, cases)
     VALUES (gen_random_uuid(), 1, $1, to_timestamp($2::float8 / 1000), 'Ada', to_timestamp($2::float8 / 1000), $3::boolean, true, '[]')`,
    [route, db.clock.now(), green],
  );
}

describe("who may accelerate what", () => {
  it("One at a time for a schedule", async () => {
    const slug = await given();
    expect(told(await ask(slug))).toEqual([201, "requested"]);
    expect(told(await ask(slug))).toEqual([409, "already_accelerated"]);
  });

  it("Faster means: more expected times until `expiresAt` than the original has", async () => {
    const slug = await given({ spec: { kind: "cron", expression: "*/10 * * * *" } });
    const every = (everySeconds: number) => ({ spec: { kind: "interval", everySeconds } });
    expect(told(await ask(slug, every(3_600)))).toEqual([422, "not_faster"]);
    expect(told(await ask(slug, { spec: { kind: "cron", expression: "*/10 * * * *" } }))).toEqual([422, "not_faster"]);
    expect(told(await ask(slug, every(540)))).toEqual([422, "not_faster"]);
    expect(told(await ask(slug, every(400)))).toEqual([201, "requested"]);
  });

  it("a time limit (required, at most 24 h) and a limit on runs", async () => {
    const slug = await given();
    const wrong = async (more: Record<string, unknown>) => {
      const { status, body } = await ask(slug, more);
      return [status, body.errors?.[0]?.path];
    };
    expect(await wrong({ maxDurationSeconds: undefined })).toEqual([422, "maxDurationSeconds"]);
    expect(await wrong({ maxDurationSeconds: 86_401 })).toEqual([422, "maxDurationSeconds"]);
    expect(await wrong({ confirmedRunsWanted: 3, maxRuns: 2 })).toEqual([422, "maxRuns"]);
    expect(await wrong({ reason: undefined })).toEqual([422, "reason"]);
    expect(await wrong({ spec: { kind: "rolling", everySeconds: 60 } })).toEqual([422, "spec"]);
    expect(told(await ask(slug, { maxDurationSeconds: 86_400 }))).toEqual([201, "requested"]);
  });

  it("is refused where nobody here holds the lever, and to who may not operate", async () => {
    const watched = await given({ driver: { kind: "external" } });
    expect(told(await ask(watched))).toEqual([422, "driver_cannot_apply"]);
    const rolling = await given({ spec: { kind: "rolling", everySeconds: 21_600 } });
    expect(told(await ask(rolling))).toEqual([422, "driver_cannot_apply"]);
    expect((await ask(await given(), {}, rosa)).status).toBe(403);
    expect((await ask("nobody")).status).toBe(404);
  });

  it("A schedule with a protected route can be accelerated only after its matrix was green within the last hour, or by an admin who writes down why not", async () => {
    await ada("PUT", "/routes/gated", { contract: { kind: "bearer", secret: "a secret of this very test" } });
    const slug = await given({ route: "gated" });
    expect(told(await ask(slug))).toEqual([409, "matrix_not_green"]);
    await verified("gated", true);
    later(millis(HOUR + 1));
    expect(told(await ask(slug))).toEqual([409, "matrix_not_green"]);
    await verified("gated", false);
    expect(told(await ask(slug))).toEqual([409, "matrix_not_green"]);
    expect((await ask(slug, { overrideReason: "it is on fire" })).status).toBe(403);
    const overridden = await ask(slug, { overrideReason: "it is on fire" }, ada);
    expect([...told(overridden), overridden.body.overrideReason]).toEqual([201, "requested", "it is on fire"]);
    await otto("POST", `/accelerations/${overridden.body.id}/revert`, {});
    await turn();
    later(millis(MINUTE));
    await verified("gated", true);
    const green = await ask(slug, { overrideReason: "not needed" });
    expect([...told(green), green.body.overrideReason]).toEqual([201, "requested", null]);
  });
});

describe("a stand-in", () => {
  it("A schedule that nobody can set from outside (`external`) but whose route Rollcall can call as its caller does is accelerated by a stand-in", async () => {
    const route = { contract: { kind: "vercel-cron", secret: "a secret of this very test" } };
    await ada("PUT", "/routes/callable", { ...route, url: "https://app.example.com/api/cron" });
    await verified("callable", true);
    const external = { driver: { kind: "external" }, route: "callable" };
    const slug = await given(external);
    const asked = await ask(slug);
    expect([...told(asked), asked.body.standIn]).toEqual([201, "requested", true]);
    await turn();
    const [clock] = await db.sql.query<{ at: string }>(
      "SELECT next_at::text AS at FROM dispatch_clock c JOIN schedule s ON s.id = c.schedule_id WHERE s.slug = $1",
      [slug],
    );
    expect(clock).toBeDefined();
    // The original stays untouched: no version was written.
    expect((await otto("GET", `/schedules/${slug}/versions`)).body.items).toHaveLength(1);
    await ada("PUT", "/routes/uncallable", { contract: { kind: "github-oidc", audience: "rollcall", repository: "a/b" }, url: "https://app.example.com/b" }); // biome-ignore format: one line
    await verified("uncallable", true);
    expect(told(await ask(await given({ ...external, route: "uncallable" })))).toEqual([422, "driver_cannot_apply"]);
  });
});

describe("what is told", () => {
  it("lists accelerations, shows the schedule's and its windows', and tells of each step", async () => {
    const slug = await given();
    await ada("PUT", "/webhooks/told", { url: "https://a.example" });
    const { body } = await ask(slug);
    await turn();
    expect((await otto("GET", `/schedules/${slug}`)).body.acceleration).toBe(body.id);
    const listed = await otto("GET", `/accelerations?active=true&schedule=${slug}`);
    expect(listed.body.items.map(({ id }: { id: string }) => id)).toEqual([body.id]);
    expect(listed.body.items[0]).toMatchObject({ state: "applied", originalNative: "0 2 * * *", runsSeen: 0 });
    const reverted = await otto("POST", `/accelerations/${body.id}/revert`, {});
    expect(told(reverted)).toEqual([200, "cancelled"]);
    await turn();
    expect(told(await otto("GET", `/accelerations/${body.id}`))).toEqual([200, "reverted"]);
    expect(told(await otto("POST", `/accelerations/${body.id}/revert`, {}))).toEqual([409, "acceleration_ended"]);
    const messages = await db.sql.query<{ type: string }>(
      "SELECT type FROM outbox WHERE subject = $1 ORDER BY created_at, id",
      [body.id],
    );
    expect(messages.map(({ type }) => type)).toEqual([
      ...["acceleration.requested", "acceleration.applied", "acceleration.cancelled", "acceleration.reverted"],
    ]);
    const audit = await ada("GET", "/audit?limit=500");
    expect(audit.body.items.map(({ action }: { action: string }) => action)).toContain("acceleration.reverted");
  });

  it("The timeline shows the span as a band", async () => {
    const slug = await given();
    const began = db.clock.now();
    const { body } = await ask(slug);
    await turn();
    const bands = async () => {
      const day = "from=2027-01-12T00:00:00Z&to=2027-01-13T00:00:00Z&width=1000";
      return (await otto("GET", `/timeline?slugs=${slug}&${day}`)).body.lanes[0].accelerations;
    };
    const from = new Date(began).toISOString();
    // It goes on: it reaches to where it ends by itself.
    expect(await bands()).toEqual([
      { id: body.id, state: "applied", from, to: body.expiresAt, confirmedAt: null, revertedAt: null },
    ]);
    later(millis(5 * MINUTE));
    await otto("POST", `/accelerations/${body.id}/revert`, {});
    await turn();
    const to = new Date(db.clock.now()).toISOString();
    expect(await bands()).toEqual([{ id: body.id, state: "reverted", from, to, confirmedAt: null, revertedAt: to }]);
  });
});
