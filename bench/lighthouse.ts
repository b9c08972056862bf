/** What Lighthouse 12 says of screens, signed in by cookie, in its desktop preset. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse from "lighthouse";
import desktop from "lighthouse/core/config/desktop-config.js";
import { freePort } from "#lib/testing/free-port.ts";
import { ask, signIn } from "../e2e/pages.ts";
import { connectionOf, givePast } from "../e2e/past.ts";
import { type Rollcall, startRollcall } from "../e2e/rollcall.ts";
import { median } from "./child.ts";
import { openProfile } from "./chromium.ts";
import { insertRegistry } from "./timeline-data.ts";

const CATEGORIES = ["performance", "accessibility", "best-practices"] as const;
export type Category = (typeof CATEGORIES)[number];

export interface Scores {
  readonly screen: string;
  /** Of 100, the median of the rounds. */
  readonly scores: Readonly<Record<Category, number>>;
  /** What cost points in accessibility or best practices. */
  readonly failing: readonly string[];
}

const HOUR = 3_600_000;

/** A month of many lanes, and one of which a run is missing: its incident. */
async function incidentIn(rollcall: Rollcall): Promise<string> {
  const hour = Math.floor(Date.now() / HOUR) * HOUR;
  const since = hour - 48 * HOUR;
  const runs = Array.from({ length: 46 }, (_, i) => ({
    from: since + i * HOUR + 4_000,
    to: since + i * HOUR + 90_000,
  }));
  const spec = { kind: "cron", expression: "0 * * * *" };
  await givePast(rollcall, [{ slug: "nightly-etl", spec, graceSeconds: 300, since, runs }]);
  for (let tries = 0; tries < 100; tries++) {
    const { items } = (await ask(rollcall, "/incidents")) as { items: readonly { readonly id: string }[] };
    if (items[0]) return items[0].id;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error("no incident was opened");
}

async function scoresOf(url: string, port: number, rounds: number): Promise<Omit<Scores, "screen">> {
  const found: Record<Category, number[]> = { performance: [], accessibility: [], "best-practices": [] };
  const failing = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    const flags = { port, onlyCategories: [...CATEGORIES], disableStorageReset: true, logLevel: "error" as const };
    const result = await lighthouse(url, flags, desktop);
    if (!result || result.lhr.runtimeError)
      throw new Error(`${url}: ${result?.lhr.runtimeError?.message ?? "no result"}`);
    if (new URL(result.lhr.finalDisplayedUrl).pathname === "/sign-in") throw new Error(`${url}: not signed in`);
    for (const name of CATEGORIES) {
      const category = result.lhr.categories[name];
      found[name].push(Math.round((category?.score ?? 0) * 100));
      if (name === "performance") continue;
      for (const { id, weight } of category?.auditRefs ?? []) {
        const score = result.lhr.audits[id]?.score;
        if (weight > 0 && typeof score === "number" && score < 1) failing.add(id);
      }
    }
  }
  const [performance, accessibility] = [median(found.performance), median(found.accessibility)];
  return {
    scores: { performance, accessibility, "best-practices": median(found["best-practices"]) },
    failing: [...failing],
  };
}

/** `null` where there is no Chromium. */
export async function lighthouseRound(given: {
  readonly registered: number;
  readonly days: number;
  readonly rounds: number;
}): Promise<readonly Scores[] | null> {
  const [folder, port] = [mkdtempSync(join(tmpdir(), "rollcall-profile-")), await freePort()];
  const context = await openProfile(folder, port);
  if (!context) return null;
  const rollcall = await startRollcall({ withAdmin: true });
  try {
    await insertRegistry(connectionOf(rollcall.dataDir), { ...given, now: Date.now() });
    const incident = await incidentIn(rollcall);
    const page = await context.newPage();
    await signIn(page, rollcall);
    const screens = [
      ["the timeline over 30 days", "/?range=30d"],
      ["an incident", `/incidents/${incident}`],
      ["the schedule editor", "/schedules/nightly-etl/edit"],
    ] as const;
    const all: Scores[] = [];
    for (const [screen, path] of screens) {
      all.push({ screen, ...(await scoresOf(`${rollcall.url}${path}`, port, given.rounds)) });
    }
    return all;
  } finally {
    await context.close();
    await rollcall.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1]?.endsWith("lighthouse.ts")) {
  const [registered = "1000", days = "30", rounds = "5"] = process.argv.slice(2);
  const all = await lighthouseRound({ registered: Number(registered), days: Number(days), rounds: Number(rounds) });
  console.log(JSON.stringify(all, null, 1));
}
