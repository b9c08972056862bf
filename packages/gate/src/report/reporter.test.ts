import { beforeEach, expect, test } from "vitest";
import { TestWorld } from "../../testing/world.ts";
import type { ReportedDecision } from "./reported.ts";
import { Reporter } from "./reporter.ts";

let world: TestWorld;
let lines: string[];
let made = 0;
beforeEach(() => {
  world = new TestWorld();
  lines = [];
});
const reporter = (more = {}) =>
  new Reporter({ url: "https://rollcall.example/", key: "report-key", ...more }, { world, log: (line) => lines.push(line) }); // biome-ignore format: one line
const decision = () => ({ id: String(made++) }) as unknown as ReportedDecision;
const ids = () => world.sent.flatMap(({ items }) => items.map(({ id }) => id));

test("decisions are gathered for a second and sent together, to the endpoint and with the key", async () => {
  const one = reporter();
  for (let i = 0; i < 3; i++) one.add(decision());
  expect(world.sent).toEqual([]);
  await world.pass(1_000);
  expect(world.sent).toMatchObject([
    {
      url: "https://rollcall.example/api/v1/boundary/decisions",
      authorization: "Bearer report-key",
      items: [{}, {}, {}],
    },
  ]);
  expect(one.stats).toEqual({ waiting: 0, sent: 3, dropped: 0 });
  expect(world.timers).toBe(0);
});

test("over an outage they are kept and sent again with their ids, at growing distances", async () => {
  const one = reporter();
  world.answer = "away";
  one.add(decision());
  const at: number[] = [];
  for (let second = 0; second < 60; second++) {
    const before = world.sent.length;
    await world.pass(1_000);
    if (world.sent.length > before) at.push(second);
  }
  expect(at).toEqual([0, 1, 3, 7, 15, 31]);
  expect(new Set(ids()).size).toBe(1);
  world.answer = 202;
  await world.pass(60_000);
  expect(one.stats).toEqual({ waiting: 0, sent: 1, dropped: 0 });
  expect(lines).toEqual(["rollcall gate: Rollcall cannot be reached; decisions are kept"]);
});

test("memory is bounded: the oldest are dropped, and counted", async () => {
  const one = reporter({ most: 50 });
  world.answer = "away";
  for (let i = 0; i < 200; i++) one.add(decision());
  expect(one.stats).toEqual({ waiting: 50, sent: 0, dropped: 150 });
  const newest = String(made - 1);
  world.answer = 202;
  await world.pass(1_000);
  expect(ids()).toHaveLength(50);
  expect(ids().at(-1)).toBe(newest);
});

test("what does not validate is not sent for ever; what is refused for its key is", async () => {
  const one = reporter();
  world.answer = 422;
  one.add(decision());
  await world.pass(1_000);
  expect(one.stats).toMatchObject({ waiting: 0, dropped: 1 });
  world.answer = 401;
  one.add(decision());
  await world.pass(1_000);
  expect(one.stats).toMatchObject({ waiting: 1, dropped: 1 });
  expect(lines).toEqual(["rollcall gate: Rollcall answers 422"]);
});

test("many are sent two hundred at a time, one request after the other, all by one flush", async () => {
  const one = reporter();
  for (let i = 0; i < 450; i++) one.add(decision());
  await one.flush();
  expect(world.sent.map(({ items }) => items.length)).toEqual([200, 200, 50]);
});

test("what comes while a batch is under way is not lost, and nothing is sent twice", async () => {
  const one = reporter();
  one.add(decision());
  const flushing = one.flush();
  one.add(decision());
  await Promise.all([flushing, one.flush()]);
  await world.pass(1_000);
  expect(new Set(ids()).size).toBe(ids().length);
  expect(one.stats).toMatchObject({ waiting: 0, sent: 2 });
});

test("a flush fails quietly, and once", async () => {
  const one = reporter();
  world.answer = "away";
  one.add(decision());
  await one.flush();
  expect(world.sent).toHaveLength(1);
  expect(one.stats.waiting).toBe(1);
});
