/** Durable check-ins a second at 64 connections over 1,000 schedules, judged and all, beside bare node:http. */
import { startChild } from "./child.ts";
import { load } from "./load.ts";
import { insertSchedules } from "./schedules.ts";

const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 10);

export async function bareRound(): Promise<number> {
  const bare = await startChild("./bare-server.ts");
  const { perSecond } = await load(bare.port, ["/"], Math.max(3, SECONDS / 2));
  await bare.stop();
  return perSecond;
}

export async function checkInRound(): Promise<{ perSecond: number; p99: number; stored: number; answered: number }> {
  const server = await startChild("./bench-server.ts");
  const now = Date.now();
  const uuids = await insertSchedules(server.connection, {
    count: 1_000,
    prefix: "load",
    spec: () => ({ kind: "cron", expression: "*/5 * * * *", dialect: "rollcall" }),
    graceSeconds: 600,
    expectedFrom: () => Math.floor(now / 300_000) * 300_000 - 1,
    deadline: () => now + 900_000,
  });
  const paths = uuids.map((uuid) => `/ping/${uuid}`);
  await load(server.port, paths, 2);
  const result = await load(server.port, paths, SECONDS);
  if (result.not2xx > 0) throw new Error(`${result.not2xx} check-ins were not taken`);
  await server.stop();
  return { perSecond: result.perSecond, p99: result.p99, stored: 0, answered: result.requests };
}

if (process.argv[1]?.endsWith("check-ins.ts")) {
  for (let i = 0; i < Number(process.argv[2] ?? 1); i++) {
    const bare = await bareRound();
    const ours = await checkInRound();
    console.log(
      `bare ${bare.toFixed(0)}/s, check-ins ${ours.perSecond.toFixed(0)}/s, p99 ${ours.p99.toFixed(1)} ms, ratio ${(ours.perSecond / bare).toFixed(3)}`,
    );
  }
}
