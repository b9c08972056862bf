import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { judgeDue } from "#lib/engine/judge-due.ts";
import { makeRecorder } from "#lib/engine/record.ts";
import { rollUp } from "#lib/engine/roll-up.ts";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { at, givenCheckIn } from "#lib/testing/schedules.ts";

const db = useDatabase();
let key: Call;
let made = 0;

beforeAll(async () => {
  key = await keyCaller("write");
});

/** Every test has lanes of its own, by a tag. */
let tag = "";
beforeEach(() => {
  db.clock.at = at("2027-01-12T00:00:00Z");
  tag = `test-${++made}`;
});

async function given(name: string, everySeconds = 3_600): Promise<{ slug: string; id: string }> {
  const slug = `${name}-${made}`;
  await key("PUT", `/schedules/${slug}`, {
    ...{ name, timezone: "UTC", graceSeconds: 600, tags: [tag] },
    spec: { kind: "interval", everySeconds, anchor: "2027-01-12T00:00:00Z" },
  });
  const [row] = await db.sql.query<{ id: string }>("SELECT id::text AS id FROM schedule WHERE slug = $1", [slug]);
  return { slug, id: row?.id ?? "" };
}

async function ran(id: string, moment: string): Promise<void> {
  db.clock.at = at(moment);
  await makeRecorder({ pool: db.pool, clock: db.clock }).record([givenCheckIn(id, "success", db.clock.at, {})]);
}

async function untilNow(moment: string): Promise<void> {
  db.clock.at = at(moment);
  for (;;) if ((await judgeDue(db.pool, { now: db.clock.at, atMost: 100 })).judged === 0) return;
}

const SPAN = "from=2027-01-12T00:00:00Z&to=2027-01-12T06:00:00Z";
const named = ({ name }: { readonly name: string }): string => name;

describe("the lanes of the timeline", () => {
  test("come with what is wrong first, then by name; a page leads to the next", async () => {
    const [beta] = [await given("beta"), await given("gamma"), await given("alpha")];
    await ran(beta.id, "2027-01-12T01:00:05Z");
    await untilNow("2027-01-12T01:30:00Z");
    const first = await key("GET", `/timeline/lanes?tag=${tag}&limit=2`);
    expect([first.status, first.body.total, first.body.items.map(named)]).toEqual([200, 3, ["alpha", "gamma"]]);
    expect(first.body.items[0]).toMatchObject({ status: "missing", openIncidentId: expect.any(String) });
    const next = await key("GET", `/timeline/lanes?tag=${tag}&limit=2&cursor=${first.body.nextCursor}`);
    expect([next.body.items.map(named), next.body.nextCursor]).toEqual([["beta"], null]);
    const missing = await key("GET", `/timeline/lanes?tag=${tag}&verdict=missing`);
    expect(missing.body.items.map(named)).toEqual(["alpha", "gamma"]);
    // Made good since: it stands otherwise, and yet it had one in the span.
    await untilNow("2027-01-12T02:30:00Z");
    await ran(beta.id, "2027-01-12T03:00:05Z");
    await untilNow("2027-01-12T03:30:00Z");
    const of = async (rest: string) =>
      (await key("GET", `/timeline/lanes?tag=${tag}&verdict=missing${rest}`)).body.items.map(named);
    expect(await of("")).toEqual(["alpha", "gamma"]);
    expect(await of(`&${SPAN}`)).toEqual(["alpha", "gamma", "beta"]);
    expect(await of("&from=2027-01-12T02:30:00Z&to=2027-01-12T03:20:00Z")).toEqual(["alpha", "gamma"]);
  });
});

describe("the density", () => {
  test("counts what went well as judging does, before roll-ups have it and after", async () => {
    const [one] = [await given("one"), await given("two")];
    await ran(one.id, "2027-01-12T01:00:05Z");
    await ran(one.id, "2027-01-12T02:20:00Z");
    await ran(one.id, "2027-01-12T04:00:05Z");
    await untilNow("2027-01-12T04:30:00Z");
    const { body } = await key("GET", `/timeline/density?tag=${tag}&${SPAN}&buckets=6`);
    const expected = { on_time: 2, late: 1, missing: 5 };
    expect(body.totals).toEqual(expected);
    expect(body.buckets.map((b: { at: string; bad: number }) => [b.at.slice(11, 16), b.bad])).toEqual([
      ["01:00", 1],
      ["02:00", 1],
      ["03:00", 2],
      ["04:00", 1],
    ]);
    await rollUp(db.pool, at("2027-01-12T04:30:00Z"));
    const [counted] = await db.sql.query<{ hours: number }>(
      "SELECT count(*)::int AS hours FROM rollup_hour h JOIN schedule s ON s.id = h.schedule_id WHERE s.slug = $1",
      [one.slug],
    );
    expect(counted?.hours).toBeGreaterThan(0);
    expect((await key("GET", `/timeline/density?tag=${tag}&${SPAN}&buckets=6`)).body.totals).toEqual(expected);
    // What is remembered of the last hour gives way to evidence.
    await ran(one.id, "2027-01-12T05:00:05Z");
    expect((await key("GET", `/timeline/density?tag=${tag}&${SPAN}&buckets=6`)).body.totals).toEqual({
      ...expected,
      on_time: 3,
    });
  });
});

describe("the bad windows", () => {
  test("come in the order of the screen, the newest first in each lane", async () => {
    const [beta] = [await given("beta"), await given("alpha")];
    await ran(beta.id, "2027-01-12T02:00:05Z");
    await untilNow("2027-01-12T03:30:00Z");
    const { body } = await key("GET", `/timeline/bad?tag=${tag}&${SPAN}`);
    const told = body.items.map((b: { slug: string; expectedAt: string; mark: string }) => [
      ...[b.slug.slice(0, 5), b.expectedAt.slice(11, 16), b.mark],
    ]);
    expect(told).toEqual([
      ["alpha", "03:00", "missing"],
      ["alpha", "02:00", "missing"],
      ["alpha", "01:00", "missing"],
      ["beta-", "03:00", "missing"],
      ["beta-", "01:00", "missing"],
    ]);
    expect((await key("GET", `/timeline/bad?tag=${tag}&${SPAN}&limit=2`)).body).toMatchObject({ more: true });
  });
});

describe("a stretch of a lane", () => {
  test("holds the runs that nobody expected, and not those of a window that lies before it", async () => {
    const { slug, id } = await given("stray");
    await ran(id, "2027-01-12T00:20:00Z");
    await ran(id, "2027-01-12T01:00:05Z");
    await ran(id, "2027-01-12T01:40:00Z");
    await ran(id, "2027-01-12T03:30:00Z");
    await untilNow("2027-01-12T03:50:00Z");
    const unscheduled = async (from: string, to: string) => {
      const asked = `slugs=${slug}&from=2027-01-12T${from}:00Z&to=2027-01-12T${to}:00Z&width=1000`;
      const { body } = await key("GET", `/timeline?${asked}`);
      return (body.lanes[0].unscheduled ?? []).map((run: { startedAt: string }) => run.startedAt.slice(11, 16));
    };
    expect(await unscheduled("00:00", "06:00")).toEqual(["00:20", "01:40"]);
    expect(await unscheduled("00:00", "00:30")).toEqual(["00:20"]);
    expect(await unscheduled("01:30", "02:00")).toEqual(["01:40"]);
    // It belongs to the window of three o'clock.
    expect(await unscheduled("03:15", "03:45")).toEqual([]);
  });
});

test.each(["/timeline", "/timeline/density", "/timeline/bad", "/timeline/lanes"])(
  "%s: a century is refused, and two years are counted soon, however busy the schedules are",
  async (path) => {
    await given("busy", 60);
    // After the roll-ups of the tests before.
    db.clock.at = at("2027-01-13T00:00:00Z");
    const asked = (from: string, to: string) => key("GET", `${path}?from=${from}&to=${to}&tag=${tag}`);
    for (const [from, to, wrong] of [
      ["1970-01-01T00:00:00Z", "2027-01-12T00:00:00Z", "from"],
      ["2027-01-01T00:00:00Z", "2199-12-31T00:00:00Z", "from"],
      ["2126-12-31T00:00:00Z", "2127-01-01T00:00:00Z", "to"],
    ] as const) {
      expect((await asked(from, to)).body).toMatchObject({ status: 422, errors: [{ path: wrong }] });
    }
    const began = performance.now();
    expect((await asked("2026-01-01T00:00:00Z", "2028-01-01T00:00:00Z")).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(10_000);
  },
);
