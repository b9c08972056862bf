import { expect, test } from "vitest";
import { instant } from "#lib/time/instant.ts";
import { type Event, isBefore, jobIdOf, readEvents } from "./events.ts";

const asked = { queue: "mail", scheduler: "nightly:eu", open: {} };
const W = 1_798_768_800_000;
const job = `repeat:nightly:eu:${W}`;
const event = (offset: number, name: string, more: Record<string, string> = {}): Event => ({
  id: `${W + offset}-0`,
  fields: { event: name, jobId: job, ...more },
});
const FIRED = [event(4, "waiting", { prev: "delayed" }), event(9, "active", { prev: "waiting" })];

test("a job that was handed over, taken and done is one attempt and one run of the window in its id", () => {
  expect(readEvents([...FIRED, event(50, "completed", { returnvalue: "1" })], asked)).toEqual({
    attempts: [
      {
        id: `mail:${job}`,
        at: W + 4,
        scheduledFor: W,
        outcome: "answered",
        status: null,
        latencyMs: null,
        error: null,
      },
    ],
    runs: [
      { id: `mail:${job}@${W + 9}`, startedAt: W + 9, finishedAt: W + 50, outcome: "success", window: W, log: null },
    ],
    open: {},
  });
});

test("a run that is under way is told as such, and ends under the same id in a later reading", () => {
  const first = readEvents(FIRED, asked);
  expect(first.runs).toEqual([expect.objectContaining({ finishedAt: null, outcome: null })]);
  const second = readEvents([event(90, "failed", { failedReason: "no mail server" })], { ...asked, open: first.open });
  expect(second.runs).toMatchObject([
    { id: first.runs[0]?.id, startedAt: W + 9, outcome: "fail", log: "no mail server" },
  ]);
  expect(second.attempts).toEqual([]);
});

test("a job that waits for a worker has been fired, and is not fired again when one takes it in a later reading", () => {
  const first = readEvents(FIRED.slice(0, 1), asked);
  expect(first).toMatchObject({ attempts: [{ at: W + 4 }], runs: [] });
  const second = readEvents([...FIRED.slice(1), event(50, "completed")], { ...asked, open: first.open });
  expect(second).toMatchObject({ attempts: [], runs: [{ startedAt: W + 9, finishedAt: W + 50 }], open: {} });
  const again = [event(60, "waiting", { prev: "failed" }), event(70, "active")];
  expect(readEvents(again, asked)).toMatchObject({ attempts: [], runs: [{ startedAt: W + 70 }] });
});

test("tries of one job are one run, until it has ended; retried by hand after that it is another", () => {
  const tried = [
    ...FIRED,
    event(20, "waiting", { prev: "active" }),
    event(30, "active", { prev: "waiting" }),
    event(40, "failed", { failedReason: "twice" }),
  ];
  const again = [event(60, "waiting", { prev: "failed" }), event(70, "active"), event(80, "completed")];
  const { attempts, runs } = readEvents([...tried, ...again], asked);
  expect(attempts).toHaveLength(1);
  expect(runs.map(({ startedAt, finishedAt, outcome }) => [startedAt - W, Number(finishedAt) - W, outcome])).toEqual([
    [9, 40, "fail"],
    [70, 80, "success"],
  ]);
});

test("other jobs of the queue, and other schedulers whose id begins alike, are none of it", () => {
  const other = (jobId: string) => [event(1, "active", { jobId }), event(2, "completed", { jobId })];
  const strangers = [
    "17",
    "repeat:nightly:1",
    "repeat:nightly:eu:2:5",
    "repeat:nightly:eu:",
    jobIdOf("0".repeat(36), "else", null),
  ];
  expect(readEvents(strangers.flatMap(other), asked)).toEqual({ attempts: [], runs: [], open: {} });
});

test("a job fired by hand has its attempt's id and its window", () => {
  const attempt = "018f0000-0000-7000-8000-000000000001";
  for (const window of [instant(W), null]) {
    const jobId = jobIdOf(attempt, "nightly:eu", window);
    expect(jobId).not.toContain(":");
    const { attempts, runs } = readEvents([event(1, "waiting", { jobId }), event(2, "active", { jobId })], asked);
    expect(attempts).toMatchObject([{ id: attempt, firedAs: attempt, scheduledFor: window }]);
    expect(runs).toMatchObject([{ window }]);
  }
});

test("ids of a stream are ordered by their numbers", () => {
  expect(isBefore("9-0", "10-0")).toBe(true);
  expect(isBefore("10-9", "10-10")).toBe(true);
  expect(isBefore("10-10", "10-10")).toBe(false);
});
