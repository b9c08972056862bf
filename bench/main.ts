/**
 * Every figure that Rollcall has to reach, side by side in one run: variants in fresh processes, in turn, the median of
 * several rounds. `npm run bench -- quick` takes one short round of each; `npm run bench -- judge due …` only those.
 */
import { execFileSync } from "node:child_process";
import { browserRound } from "./browser.ts";
import { bareRound, type CheckInFigures, checkInRound } from "./check-ins.ts";
import { bundled, median, percentile } from "./child.ts";
import { decisionsRound } from "./decisions.ts";
import { type DueFigures, dueRound } from "./due.ts";
import { bareGateRound, gateRound } from "./gate-door.ts";
import { GESTURES } from "./gestures.ts";
import { idleRound } from "./idle.ts";
import { lighthouseRound } from "./lighthouse.ts";
import { liveRound } from "./live.ts";
import { timelineRound } from "./timeline.ts";

const asked = process.argv.slice(2);
const quick = asked.includes("quick");
const only = asked.filter((name) => name !== "quick");
const rounds = quick ? 1 : 3;
let missed = 0;

function tell(row: {
  readonly what: string;
  readonly measured: string;
  readonly limit: string;
  readonly reached: boolean;
}): void {
  if (!row.reached) missed++;
  console.log(`${row.reached ? "reached" : "MISSED "}  ${row.what}: ${row.measured} (${row.limit})`);
}

const times = async <T>(n: number, round: () => Promise<T>): Promise<T[]> => {
  const all: T[] = [];
  for (let i = 0; i < n; i++) all.push(await round());
  return all;
};

type Told = { readonly ms: number; readonly [key: string]: unknown };

const inProcess = async (file: string, ...args: string[]): Promise<Told> =>
  JSON.parse(execFileSync(process.execPath, [await bundled(file), ...args], { encoding: "utf8" }));

const parts: Readonly<Record<string, () => Promise<void>>> = {
  async "check-ins"() {
    const seconds = quick ? 5 : 10;
    const pairs = await times(rounds, async () => [await bareRound(seconds / 2), await checkInRound(seconds)] as const);
    const ratio = median(pairs.map(([bare, ours]: readonly [number, CheckInFigures]) => ours.perSecond / bare));
    const p99 = median(pairs.map(([, ours]) => ours.p99));
    const what = "durable check-ins/s at 64 connections, judged and all, beside bare node:http";
    tell({ what, measured: ratio.toFixed(2), limit: "at least 0.35", reached: ratio >= 0.35 });
    tell({ what: "  their p99", measured: `${p99.toFixed(0)} ms`, limit: "under 50 ms", reached: p99 < 50 });
  },
  async decisions() {
    const all = await times(rounds, () => decisionsRound(quick ? 4 : 8));
    const perSecond = median(all.map((one) => one.perSecond));
    const beside = `COPY alone ${Math.round(median(all.map((one) => one.copied))).toLocaleString("en")}/s, INSERTs one by one ${Math.round(median(all.map((one) => one.inserted))).toLocaleString("en")}/s`;
    tell({
      what: "decisions/s in batches of 1,000 over HTTP, attributed and stored",
      measured: `${Math.round(perSecond).toLocaleString("en")}; ${beside}`,
      limit: "at least 20,000",
      reached: perSecond >= 20_000,
    });
  },
  async forwarded() {
    const seconds = quick ? 5 : 10;
    for (const proof of ["bearer", "hmac"] as const) {
      const pairs = await times(
        rounds,
        async () => [await bareGateRound(proof, seconds / 2), await gateRound(proof, seconds)] as const,
      );
      const ratio = median(pairs.map(([bare, ours]) => ours / bare));
      const what = `requests/s at the gate with ${proof}, every decision stored, beside bare node:http`;
      tell({ what, measured: ratio.toFixed(2), limit: "at least 0.3", reached: ratio >= 0.3 });
    }
  },
  async expand() {
    const pairs = await times(
      rounds,
      async () => [await inProcess("./expand.ts", "cron-parser"), await inProcess("./expand.ts")] as const,
    );
    for (const [theirs, ours] of pairs) {
      if (theirs["count"] !== ours["count"]) throw new Error(`they differ: ${theirs["count"]}, ${ours["count"]}`);
    }
    const ratio = median(pairs.map(([theirs, ours]) => theirs.ms / ours.ms));
    const what = "a year of */5 in America/New_York, beside a loop over cron-parser";
    tell({ what, measured: `${ratio.toFixed(0)} times as fast`, limit: "at least 20", reached: ratio >= 20 });
  },
  async judge() {
    const pairs = await times(
      rounds,
      async () => [await inProcess("./judge.ts", "100000"), await inProcess("./judge.ts", "1000000")] as const,
    );
    const cpu = median(pairs.map(([, many]) => many.ms));
    const growth = median(pairs.map(([few, many]) => many.ms / few.ms));
    tell({
      what: "judge over 1,000,000 windows with runs",
      measured: `${(cpu / 1_000).toFixed(2)} s of CPU`,
      limit: "under 2 s",
      reached: cpu < 2_000,
    });
    tell({
      what: "  10 times the windows",
      measured: `${growth.toFixed(1)} times the time`,
      limit: "at most 12",
      reached: growth <= 12,
    });
  },
  async due() {
    const figures = async (registered: number): Promise<DueFigures> =>
      (await times(quick ? 1 : 2, () => dueRound({ registered, spreadMs: 60_000 }))).reduce((a, b) =>
        a.p99 > b.p99 ? a : b,
      );
    const few = await figures(10_000);
    const many = await figures(100_000);
    for (const one of [few, many]) {
      tell({
        what: `from dueBy to the stored incident, 10,000 spread over a minute, ${one.registered.toLocaleString("en")} registered`,
        measured: `p99 ${one.p99.toFixed(0)} ms, ${one.stored.toLocaleString("en")} stored`,
        limit: "p99 at most 1 s",
        reached: one.p99 <= 1_000 && one.stored === 10_000,
      });
    }
    tell({
      what: "  100,000 registered beside as few as are due",
      measured: `${(many.p99 / few.p99).toFixed(2)} times the p99`,
      limit: "the same: at most 1.5, or both under 250 ms",
      reached: many.p99 / few.p99 <= 1.5 || Math.max(many.p99, few.p99) < 250,
    });
  },
  async instant() {
    const all = await times(rounds, () => dueRound({ registered: 10_000, spreadMs: 0 }));
    const last = median(all.map((one) => one.last));
    const first = median(all.map((one) => one.firstMessage ?? Number.POSITIVE_INFINITY));
    tell({
      what: "10,000 due at one instant: the last incident stored",
      measured: `${(last / 1_000).toFixed(2)} s`,
      limit: "within 4 s",
      reached: last <= 4_000,
    });
    tell({
      what: "  the first message out",
      measured: `${first.toFixed(0)} ms`,
      limit: "within 1 s",
      reached: first <= 1_000,
    });
  },
  async gate() {
    const told = await inProcess("./gate.ts", quick ? "3" : "7");
    for (const [kind, words] of [
      ["bearer", "a bearer secret"],
      ["hmac", "an HMAC over the body"],
    ] as const) {
      const micros = Number(told[`${kind}DecidedMicros`]);
      const added = Number(told[`${kind}AddedMicros`]);
      const lost = Number(told[`${kind}ThroughputLost`]);
      const what = `the gate's decision over ${words}, added to a bare handler`;
      tell({ what, measured: `p50 ${micros.toFixed(0)} µs`, limit: "at most 60 µs", reached: micros <= 60 });
      const all = { what: "  with a Web request taken in and handed on", measured: `p50 ${added.toFixed(0)} µs` };
      tell({ ...all, limit: "at most 60 µs", reached: added <= 60 });
      const share = `${(lost * 100).toFixed(1)} % of its throughput`;
      tell({ what: "  to one that works for 1 ms", measured: share, limit: "at most 5 %", reached: lost <= 0.05 });
    }
  },
  async timeline() {
    for (const registered of [1_000, 10_000]) {
      const one = await timelineRound({ registered, days: quick ? 7 : 30, times: quick ? 5 : 15 });
      const among = `${registered.toLocaleString("en")} registered, ${one.windows.toLocaleString("en")} windows`;
      tell({
        what: `a screen of 30 lanes over ${quick ? 7 : 30} days, warm, ${among}`,
        measured: `${one.screen.toFixed(0)} ms, ${(one.screen / one.bare).toFixed(1)} times a bare query of its hours, ${(one.bytes / 1_000).toFixed(0)} kB`,
        limit: "at most 150 ms",
        reached: one.screen <= 150,
      });
      const page = `${one.lanes.toFixed(0)} ms`;
      tell({ what: "  a page of 1,000 lanes", measured: page, limit: "at most 100 ms", reached: one.lanes <= 100 });
      const dense = `${one.density.toFixed(0)} ms`;
      tell({
        what: "  the density of all lanes",
        measured: dense,
        limit: "at most 150 ms",
        reached: one.density <= 150,
      });
    }
  },
  async live() {
    const figures = await liveRound(quick ? 20 : 60);
    if (!figures) return console.log("not measured: live (there is no Chromium here)");
    const [ours, bare] = [percentile(figures.ours, 95), percentile(figures.bare, 95)];
    tell({
      what: "from a check-in to its run drawn on an open timeline",
      measured: `p95 ${ours.toFixed(0)} ms, ${(ours / bare).toFixed(1)} times a bare echo over server-sent events (${bare.toFixed(0)} ms)`,
      limit: "p95 at most 500 ms",
      reached: ours <= 500,
    });
  },
  async browser() {
    for (const registered of [1_000, 10_000]) {
      const one = await browserRound({ registered, days: quick ? 3 : 30, frames: quick ? 120 : 300 });
      if (!one) return console.log("not measured: browser (there is no Chromium here)");
      const among = `${registered.toLocaleString("en")} schedules`;
      const ms = (length: number): string => `${length.toFixed(0)} ms`;
      for (const [what, took] of [
        [`from the click on Timeline to its first drawn lanes, ${among}`, one.first],
        [`  from the click on 30 d to the last lane of the screen, ${quick ? 3 : 30} days of windows`, one.month],
      ] as const) {
        tell({ what, measured: ms(took), limit: "within 1 s", reached: took <= 1_000 });
      }
      const { plain } = one;
      console.log(`         a canvas of that size on an empty page: p95 ${plain.p95.toFixed(1)} ms a frame`);
      for (const kind of GESTURES) {
        const { p95, longest, script, work } = one.gestures[kind];
        const whole = `script ${script.toFixed(1)} of ${work.toFixed(1)} ms a frame, longest task ${ms(longest)}`;
        tell({
          what: `  ${kind} over 30 days, ${among}`,
          measured: `p95 ${p95.toFixed(1)} ms a frame, ${(p95 / plain.p95).toFixed(1)} times the bare canvas; ${whole}`,
          limit: "at most 20 ms, no task over 100 ms",
          reached: p95 <= 20 && longest <= 100,
        });
      }
      const memory = one.process ?? one.heap;
      tell({
        what: "  memory of the tab",
        measured: `${(memory / 2 ** 20).toFixed(0)} MB, ${(one.heap / 2 ** 20).toFixed(0)} MB of it live objects`,
        limit: "at most 300 MB",
        reached: memory <= 300 * 2 ** 20,
      });
      if (registered > 1_000) continue;
      tell({
        what: "  JavaScript of the page, compressed",
        measured: `${(one.scripts / 1_000).toFixed(0)} kB in ${one.files} files`,
        limit: "at most 250 kB",
        reached: one.scripts <= 250_000,
      });
    }
  },
  async lighthouse() {
    const all = await lighthouseRound({ registered: 1_000, days: quick ? 3 : 30, rounds: quick ? 1 : 5 });
    if (!all) return console.log("not measured: lighthouse (there is no Chromium here)");
    for (const { screen, scores, failing } of all) {
      const { performance, accessibility, "best-practices": practices } = scores;
      const why = failing.length === 0 ? "" : ` (${failing.join(", ")})`;
      tell({
        what: `Lighthouse, desktop, of ${screen}`,
        measured: `performance ${performance}, accessibility ${accessibility}, best practices ${practices}${why}`,
        limit: "performance at least 90, the others 100",
        reached: performance >= 90 && accessibility === 100 && practices === 100,
      });
    }
  },
  async idle() {
    const shares = (await times(quick ? 1 : 2, () => idleRound(quick ? 15 : 30))).filter((share) => share !== null);
    if (shares.length === 0) return console.log("not measured: idle (there is no /proc here)");
    const share = median(shares);
    tell({
      what: "idle with 1,000 schedules, the database included",
      measured: `${(share * 100).toFixed(1)} % of one core`,
      limit: "under 2 %",
      reached: share < 0.02,
    });
  },
};

for (const [name, run] of Object.entries(parts)) {
  if (only.length > 0 && !only.includes(name)) continue;
  await run();
}
console.log(missed === 0 ? "All reached." : `${missed} missed.`);
process.exit(missed === 0 ? 0 : 1);
