/** The server's share of a screen of the timeline: 30 lanes over 30 days, among so many schedules and windows. */
import pg from "pg";
import { DAY, HOUR } from "#lib/time/instant.ts";
import { median, startChild } from "./child.ts";
import { insertRegistry } from "./timeline-data.ts";

const KEY = "bench-key-0123456789";
const LANES = 30;
const WIDTH = 1_200;

export interface TimelineFigures {
  readonly registered: number;
  readonly windows: number;
  /** ms, warm: a screen of lanes; the same rows by a bare query; a page of 1,000 lanes; the density of all of them. */
  readonly screen: number;
  readonly bare: number;
  readonly lanes: number;
  readonly density: number;
  /** Sent for a screen, compressed. */
  readonly bytes: number;
}

type Counts = Readonly<Record<string, number>>;

const sum = (all: readonly Counts[]): Counts => {
  const total: Record<string, number> = {};
  for (const counts of all) for (const [name, n] of Object.entries(counts)) total[name] = (total[name] ?? 0) + n;
  return total;
};

async function warm(ask: () => Promise<unknown>, times: number): Promise<number> {
  for (let i = 0; i < 3; i++) await ask();
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await ask();
    took.push(performance.now() - began);
  }
  return median(took);
}

/** @param given.registered the first 1,000 of them with a month of windows, the rest with none */
export async function timelineRound(given: {
  readonly registered: number;
  readonly days: number;
  readonly times: number;
}): Promise<TimelineFigures> {
  const child = await startChild("./bench-server.ts", { ROLLCALL_API_KEY: KEY });
  try {
    const now = Date.now();
    const month = await insertRegistry(child.connection, { registered: given.registered, days: given.days, now });
    let bytes = 0;
    const get = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${child.port}/api/v1${path}`, {
        headers: { authorization: `Bearer ${KEY}`, "accept-encoding": "gzip" },
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      bytes = Number(response.headers.get("content-length") ?? 0);
      return response.json();
    };
    const slugs = Array.from({ length: LANES }, (_, i) => month.slugs[(i * 33) % month.slugs.length] ?? "");
    const asked = (from: number, to: number, width: number, of: readonly string[]) =>
      get(
        `/timeline?slugs=${of.join(",")}&from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}&width=${width}&limit=100`,
      );
    // The roll-ups that were made say what judging says: a day of the densest lane, both ways.
    const day = Math.floor(now / DAY) * DAY - 3 * DAY;
    const [counted, judged] = [
      await asked(day, day + 6 * HOUR, 24, ["lane-0"]),
      await asked(day, day + 6 * HOUR, 600, ["lane-0"]),
    ];
    const buckets: readonly { readonly counts: Counts }[] = counted.lanes[0].buckets;
    const windows: readonly { readonly verdict: string }[] = judged.lanes[0].windows;
    const [a, b] = [sum(buckets.map(({ counts }) => counts)), sum(windows.map(({ verdict }) => ({ [verdict]: 1 })))];
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (a[name] !== b[name]) throw new Error(`they differ: ${JSON.stringify([a, b])}`);
    }
    const screenOf = () => asked(month.from, now, WIDTH, slugs);
    const screen = await warm(screenOf, given.times);
    await screenOf();
    const sent = bytes;
    const client = new pg.Client(child.connection);
    await client.connect();
    const bare = await warm(
      () =>
        client.query(
          "SELECT r.schedule_id, r.at, r.counts FROM rollup_hour r JOIN schedule s ON s.id = r.schedule_id WHERE s.slug = ANY ($1)",
          [slugs],
        ),
      given.times,
    );
    await client.end();
    const lanes = await warm(() => get("/timeline/lanes?limit=1000"), given.times);
    const span = `from=${new Date(month.from).toISOString()}&to=${new Date(now).toISOString()}`;
    const density = await warm(() => get(`/timeline/density?${span}&buckets=200`), given.times);
    return { registered: given.registered, windows: month.windows, screen, bare, lanes, density, bytes: sent };
  } finally {
    await child.stop();
  }
}

if (process.argv[1]?.endsWith("timeline.ts")) {
  const [registered = "1000", days = "30"] = process.argv.slice(2);
  console.log(await timelineRound({ registered: Number(registered), days: Number(days), times: 7 }));
}
