/** Durable check-ins a second at 64 connections over 1,000 schedules, judged and all, beside bare node:http. */
import pg from "pg";
import { startChild } from "./child.ts";
import { load } from "./load.ts";
import { insertSchedules } from "./schedules.ts";

export async function bareRound(seconds: number): Promise<number> {
  const bare = await startChild("./bare-server.ts");
  await load(bare.port, ["/"], 1);
  const { perSecond } = await load(bare.port, ["/"], seconds);
  await bare.stop();
  return perSecond;
}

export interface CheckInFigures {
  readonly perSecond: number;
  readonly p99: number;
}

export async function checkInRound(seconds: number): Promise<CheckInFigures> {
  const server = await startChild("./bench-server.ts");
  const now = Date.now();
  // Each schedule has a window open: its first, since the last full five minutes.
  const uuids = await insertSchedules(server.connection, {
    count: 1_000,
    prefix: "load",
    spec: () => ({ kind: "cron", expression: "*/5 * * * *", dialect: "rollcall" }),
    graceSeconds: 900,
    expectedFrom: () => Math.floor(now / 300_000) * 300_000 - 1,
    deadline: () => now + 1_200_000,
  });
  const paths = uuids.map((uuid) => `/ping/${uuid}`);
  await load(server.port, paths, 2);
  const client = new pg.Client(server.connection);
  await client.connect();
  const count = async (): Promise<number> => (await client.query("SELECT count(*)::int AS n FROM check_in")).rows[0].n;
  const before = await count();
  const result = await load(server.port, paths, seconds);
  const stored = (await count()) - before;
  await client.end();
  await server.stop();
  if (result.not2xx > 0) throw new Error(`${result.not2xx} check-ins were not taken`);
  const answered = result.perSecond * seconds;
  if (stored < answered * 0.99) throw new Error(`${answered} were answered, and ${stored} are stored`);
  return { perSecond: result.perSecond, p99: result.p99 };
}
