import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { askWhy } from "#lib/boundary/probe-question-store.ts";
import { routeInput } from "#lib/boundary/schema.ts";
import { putRoute } from "#lib/boundary/service.ts";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { givenGated, type Mistake } from "#lib/testing/gated-target.ts";
import { SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { givenSchedule } from "#lib/testing/schedules.ts";
import { HOUR, instant, MINUTE, plus, SECOND } from "#lib/time/instant.ts";
import { viewWindows } from "#lib/views/windows.ts";
import { askSilence } from "./ask-silence.ts";
import { judgeDue } from "./judge-due.ts";

const db = useDatabase();
const start = db.clock.at;
const SECRET = "correct-horse-battery-staple-ok!";

/** Schedules of one route, whose first window turns missing at 1:10. */
async function given(mistake: Mistake, schedules = 1) {
  db.clock.at = start;
  const route = `r-${randomUUID().slice(0, 8)}`;
  const held = { gateKey: "not made yet" };
  const contract = { kind: "vercel-cron", secret: SECRET } as const;
  const target = await givenGated({ enforced: { route, contracts: [contract] }, clock: db.clock, gateKey: () => held.gateKey }, mistake); // biome-ignore format: one line
  const input = routeInput.parse({ contract, allowPrivateNetwork: true, probeUrl: `${target.origin}/probe` });
  held.gateKey = succeeded(await putRoute({ actor: SYSTEM, now: start }, { name: route, input, ifMatch: null })).gateKey ?? ""; // biome-ignore format: one line
  const ids: string[] = [];
  for (let i = 0; i < schedules; i++) ids.push(await givenSchedule(start, { route }));
  return { route, target, ids };
}

async function judgedAt(at: number): Promise<void> {
  db.clock.at = instant(at);
  while ((await judgeDue(db.pool, { now: db.clock.at, atMost: 100 })).judged > 0);
}
const asks = () => askSilence({ pool: db.pool, clock: db.clock, secret: db.runtime.config.secret });
const incidents = (route: string) =>
  db.sql.query<Record<string, string>>(
    `SELECT id::text AS id, cause, reason, diagnosis, sentence, outage_id::text AS outage FROM incident WHERE route = $1 ORDER BY number`,
    [route],
  );
const told = (route: string) =>
  db.sql.query<{ type: string }>("SELECT type FROM outbox WHERE payload->'data'->>'route' = $1 ORDER BY created_at, id", [route]); // biome-ignore format: one line
const DUE = instant(plus(start, HOUR) + 10 * MINUTE + SECOND);
const moved: Mistake = {
  answers: (_asked, response) => Boolean(response.writeHead(308, { location: "https://www.example.com/probe" }).end()),
};

test('silent: nothing of any kind; where its route has a probe, Rollcall calls it at once and the cause carries what it found ("answers 308 to another host: no scheduled request arrives")', async () => {
  const { route, target, ids } = await given(moved, 2);
  await judgedAt(DUE);
  expect(target.asked).toEqual([]);
  expect((await incidents(route))[0]).toMatchObject({ cause: "silent", reason: null, diagnosis: null });
  expect(await asks()).toBe(2);
  expect(target.asked).toHaveLength(2);
  const [first, second] = await incidents(route);
  const found = `Asked from outside: ${new URL(target.origin).host} answers 308 and sends to another host (https://www.example.com/probe): no scheduled request arrives.`; // biome-ignore format: one line
  expect(first).toMatchObject({ cause: "silent", reason: "redirect:host", diagnosis: found });
  expect(first?.["sentence"]).toContain(`Nothing was heard. ${found}`);
  const [row] = await db.sql.query<{ slug: string }>("SELECT slug FROM schedule WHERE id = $1::uuid", [ids[0]]);
  const ctx = { actor: SYSTEM, now: db.clock.at };
  const windows = succeeded(await viewWindows(ctx, { slug: row?.slug ?? "", from: start, to: null, page: { limit: 9, cursor: null } })); // biome-ignore format: one line
  expect(windows.items[0]).toMatchObject({
    verdict: "missing",
    cause: "silent",
    reason: "redirect:host",
    diagnosis: found,
  });
  // One outage for both, and a probe's finding that completes a cause is not a new one.
  expect(first?.["outage"]).toBe(second?.["outage"]);
  expect(first?.["outage"]).not.toBeNull();
  expect((await told(route)).map(({ type }) => type)).toEqual(["incident.opened", "incident.opened"]);
  const events = await db.sql.query<{ kind: string }>("SELECT kind FROM incident_event WHERE incident_id = $1::uuid ORDER BY id", [first?.["id"]]); // biome-ignore format: one line
  expect(events.map(({ kind }) => kind)).toEqual(["opened", "found"]);
  expect(await asks()).toBe(0);
});

test("if the gate answers well, the sentence says that the scheduler did not call", async () => {
  const { route } = await given({});
  await judgedAt(DUE);
  await asks();
  const [incident] = await incidents(route);
  expect(incident).toMatchObject({ cause: "silent", reason: "scheduler_side", outage: null });
  expect(incident?.["sentence"]).toContain("the scheduler did not call");
});

test("a route is asked at most once a minute, and what was found stands until it is asked again", async () => {
  const { route, target } = await given(moved);
  await judgedAt(DUE);
  await asks();
  await givenSchedule(db.clock.at, { route, spec: { kind: "interval", everySeconds: 60 }, graceSeconds: 0 });
  const before = target.asked.length;
  await judgedAt(DUE + HOUR);
  expect((await incidents(route))[0]).toMatchObject({ reason: "redirect:host" });
  await asks();
  expect(target.asked.length).toBe(before + 2);
  await judgedAt(DUE + HOUR + 30 * SECOND);
  await db.sql.query("UPDATE probe_question SET answered_at = NULL, sentence = NULL WHERE route = $1 AND expected_at = (SELECT min(expected_at) FROM probe_question WHERE route = $1)", [route]); // biome-ignore format: one line
  expect(await asks()).toBeGreaterThan(0);
  expect(target.asked.length).toBe(before + 2);
});

test("two engines ask a route once, and what one finds answers all", async () => {
  const { route, target } = await given(moved);
  await judgedAt(DUE);
  const second = await givenSchedule(start, { route, spec: { kind: "interval", everySeconds: 600 }, graceSeconds: 0 });
  const [first] = await Promise.all([
    asks(),
    // Judged while the first asks: a question of its own, of the same route.
    inSqlTransaction(db.pool, (tx) => askWhy(tx, [{ scheduleId: second, expectedAt: DUE, route }], db.clock.at)).then(
      asks,
    ),
  ]);
  expect(first).toBeGreaterThan(0);
  while ((await asks()) > 0);
  expect(target.asked).toHaveLength(2);
  const open = await db.sql.query("SELECT 1 FROM probe_question WHERE route = $1 AND answered_at IS NULL", [route]);
  expect(open).toEqual([]);
});

test("a crash loses no question", async () => {
  const { route, target } = await given(moved);
  await judgedAt(DUE);
  await db.sql.query("UPDATE probe_question SET leased_until = to_timestamp($1::float8 / 1000)", [DUE + MINUTE]);
  expect(await asks()).toBe(0);
  db.clock.at = instant(DUE + MINUTE);
  expect(await asks()).toBe(1);
  expect([target.asked.length, (await incidents(route))[0]?.["reason"]]).toEqual([2, "redirect:host"]);
});
