/** judge over so many windows with a run each, in a fresh process: milliseconds of CPU, and the verdicts as a check. */
import type { Run } from "#lib/evidence/run.ts";
import type { Version } from "#lib/schedules/spec.ts";
import type { History } from "#lib/schedules/windows.ts";
import { type Instant, instant, seconds } from "#lib/time/instant.ts";
import { judge } from "#lib/verdicts/judge.ts";

const count = Number(process.argv[2] ?? 1_000_000);
const EVERY = 300_000;
const start = Date.UTC(2020, 0, 1);
const version: Version = {
  number: 1,
  effectiveFrom: instant(start),
  spec: { kind: "interval", everySeconds: seconds(300), anchor: instant(start) },
  timezone: "UTC",
  graceSeconds: seconds(60),
  earlySeconds: null,
  maxRuntimeSeconds: null,
};
const history: History = { createdAt: instant(start), versions: [version] };
const runs = Array.from({ length: count }, (_, i): Run => {
  const startedAt = start + (i + 1) * EVERY + ((i * 7_919) % 90) * 1_000;
  return {
    id: `run-${i}`,
    rid: null,
    startedAt: instant(startedAt),
    finishedAt: instant(startedAt + 20_000),
    outcome: i % 97 === 0 ? "fail" : "success",
    exitStatus: null,
    hasStart: true,
    namedWindow: null,
    executionId: null,
    closed: false,
  };
});
const now: Instant = instant(start + (count + 1) * EVERY - 60_000);
const began = process.cpuUsage();
const judged = judge({ history, runs, now });
const { user, system } = process.cpuUsage(began);
const counts: Record<string, number> = {};
for (const window of judged.windows) counts[window.verdict] = (counts[window.verdict] ?? 0) + 1;
console.log(JSON.stringify({ windows: judged.windows.length, counts, ms: (user + system) / 1_000 }));
