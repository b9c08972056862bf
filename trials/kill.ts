/**
 * kill -9 of Rollcall, of its database, and of both, at random moments under check-ins: nothing that was acknowledged is
 * lost, no incident is doubled, every message is delivered. Usage: trials/kill.ts [kills] [seed]
 */
import { randomUUID } from "node:crypto";
import { checkIncidents, checkMessages, untilDelivered } from "./check-incidents.ts";
import { openReceiver, type Receiver } from "./receiver.ts";
import { argument, chanceOf, percentile, Report, runTrial } from "./report.ts";
import { Rollcall, sleep } from "./rollcall.ts";

const KILLS = argument(20);
const chance = chanceOf(process.argv[3] === undefined ? undefined : argument(0, 3));
const CLIENTS = 8;
/** Of the messages, the receiver refuses this share. */
const REFUSES = 0.1;
const VICTIMS = ["rollcall", "database", "both"] as const;

const every = (everySeconds: number) => ({ kind: "interval", everySeconds });
/** Some are fed and some are not, so that windows turn good and bad while things are killed. */
const SCHEDULES = [
  { slug: "fed-often", fed: true, spec: every(2) },
  { slug: "fed-seldom", fed: true, spec: every(7) },
  { slug: "fed-rolling", fed: true, spec: { kind: "rolling", everySeconds: 3 } },
  { slug: "fed-daily", fed: true, spec: { kind: "cron", expression: "0 4 * * *" } },
  { slug: "starved", fed: false, spec: every(3) },
  { slug: "starved-rolling", fed: false, spec: { kind: "rolling", everySeconds: 2 } },
] as const;
const FED = SCHEDULES.filter(({ fed }) => fed);

interface Sent {
  readonly n: number;
  readonly slug: string;
  readonly rid: string | null;
  readonly kind: string;
}

interface UnderWay {
  readonly slug: string;
  readonly rid: string;
}

const report = new Report("kill -9");
const rollcall = new Rollcall();
let receiver: Receiver | null = null;
let driving = true;

const acknowledged = new Map<number, Sent>();
let asked = 0;
const refused = new Map<string, number>();
let broken = 0;

/** One client: check-ins one after the other, each with a body of its own, never sent again. */
async function drive(): Promise<void> {
  const begun: UnderWay[] = [];
  while (driving) {
    const n = ++asked;
    const finish = begun.pop();
    const rid = finish?.rid ?? (chance.next() < 0.6 ? randomUUID() : null);
    const slug = finish?.slug ?? chance.pick(FED).slug;
    const kind = finish
      ? chance.pick(["", "/fail", "/0", "/3"])
      : chance.pick(["", "/start", "/start", "/log", "/fail"]);
    const query = rid === null ? "" : `?rid=${rid}`;
    try {
      const response = await fetch(`${rollcall.base}/ping/${rollcall.pingKey}/${slug}${kind}${query}`, {
        method: "POST",
        body: `trial ${n}`,
        signal: AbortSignal.timeout(20_000),
      });
      const text = await response.text();
      if (response.status === 200 && text.trim() === "OK") {
        acknowledged.set(n, { n, slug, rid, kind });
        if (kind === "/start" && rid !== null) begun.push({ slug, rid });
      } else {
        const answer = `${response.status} ${text.trim().slice(0, 60)}`;
        refused.set(answer, (refused.get(answer) ?? 0) + 1);
      }
    } catch {
      // The connection broke or was refused: it may be stored, and it may not.
      broken++;
      await sleep(20);
    }
    await sleep(chance.whole(0, 30));
  }
}

async function register(): Promise<void> {
  for (const { slug, spec } of SCHEDULES) {
    await rollcall.must("PUT", `/schedules/${slug}`, { name: slug, spec, timezone: "UTC", graceSeconds: 1 });
  }
  receiver = await openReceiver(chance, REFUSES);
  await rollcall.must("PUT", "/webhooks/trial", { url: receiver.url });
}

const recoveries: number[] = [];

async function killOnce(victim: (typeof VICTIMS)[number]): Promise<void> {
  // At times into the middle of coming back.
  await sleep(chance.next() < 0.25 ? chance.whole(0, 300) : chance.whole(300, 2_000));
  if (victim !== "rollcall") rollcall.killDatabase();
  if (victim !== "database") {
    await rollcall.kill();
    await sleep(chance.next() < 0.5 ? 0 : chance.whole(0, 500));
    await rollcall.launch();
  }
  const began = performance.now();
  // Killed again before it is up, one time in six.
  if (chance.next() < 1 / 6 && victim !== "database") return;
  if (victim === "database") await sleep(30);
  await rollcall.healthy(60_000);
  recoveries.push(performance.now() - began);
}

async function checkCheckIns(): Promise<void> {
  const rows = await rollcall.ask<{ n: number; slug: string; rid: string | null; times: number }>(
    `SELECT substr(convert_from(c.body, 'UTF8'), 7)::int AS n, s.slug, max(c.rid::text) AS rid, count(*)::int AS times
       FROM check_in c JOIN schedule s ON s.id = c.schedule_id WHERE c.body_bytes > 0 AND convert_from(c.body, 'UTF8') LIKE 'trial %'
      GROUP BY 1, 2`,
  );
  const stored = new Map(rows.map((row) => [row.n, row]));
  const lost = [...acknowledged.values()].filter(({ n, slug, rid }) => {
    const row = stored.get(n);
    return row === undefined || row.slug !== slug || (row.rid ?? null) !== rid;
  });
  report.check(lost.length === 0, "nothing acknowledged is lost", () =>
    lost
      .slice(0, 10)
      .map((one) => JSON.stringify(one))
      .join("\n"),
  );
  const doubled = rows.filter(({ times }) => times > 1);
  report.check(doubled.length === 0, "nothing is stored twice", () =>
    doubled
      .slice(0, 10)
      .map((one) => JSON.stringify(one))
      .join("\n"),
  );
  report.figure("stored without its answer having arrived", rows.filter(({ n }) => !acknowledged.has(n)).length);

  const unplaced = await rollcall.ask<{ kind: string; count: number }>(
    `SELECT c.kind, count(*)::int AS count FROM check_in c WHERE c.kind <> 'log'
        AND NOT EXISTS (SELECT FROM run r WHERE r.id = c.run_id AND r.schedule_id = c.schedule_id) GROUP BY 1`,
  );
  report.check(unplaced.length === 0, "every start and finish has its run", () => JSON.stringify(unplaced));

  // The same through the door that people use.
  const told = new Set<string>();
  for (const { slug } of FED) {
    for (const run of await rollcall.all<{ rid: string | null }>(`/runs?schedule=${slug}`))
      if (run.rid) told.add(run.rid);
  }
  const missing = [...acknowledged.values()].filter(
    ({ rid, kind }) => rid !== null && kind !== "/log" && !told.has(rid),
  );
  report.check(missing.length === 0, "the API shows every run of them", () =>
    missing
      .slice(0, 10)
      .map((one) => JSON.stringify(one))
      .join("\n"),
  );
}

await runTrial(
  async () => {
    console.log(`kill -9: ${KILLS} kills, seed ${chance.seed}`);
    await rollcall.start();
    await register();
    const clients = Promise.all(Array.from({ length: CLIENTS }, drive));
    for (let i = 0; i < KILLS; i++) {
      const victim = VICTIMS[i % VICTIMS.length] ?? "both";
      try {
        await killOnce(victim);
      } catch (thrown) {
        driving = false;
        report.check(false, `Rollcall comes back after kill ${i + 1} (${victim})`, () => String(thrown));
        break;
      }
    }
    if (!report.failed) await rollcall.healthy();
    await sleep(1_000);
    driving = false;
    await clients;
    if (report.failed) return report.end("");
    // What was spooled is stored, what is due is judged.
    await sleep(3_000);
    await rollcall.healthy();
    report.figure("check-ins", `${asked} asked, ${acknowledged.size} acknowledged, ${broken} cut off`);
    for (const [answer, times] of refused) report.figure(`refused with "${answer}"`, times);
    const others = [...refused.keys()].filter((answer) => !answer.startsWith("503 "));
    report.check(others.length === 0, "refused only while it starts (503)", () => others.join("\n"));
    report.figure(
      "back again after",
      `${percentile(recoveries, 0.5).toFixed(0)} ms (median), ${Math.max(...recoveries).toFixed(0)} ms (longest)`,
    );
    await checkCheckIns();
    for (const { slug } of SCHEDULES) await rollcall.must("POST", `/schedules/${slug}/pause`, {});
    await checkIncidents(rollcall, report);
    receiver?.relent();
    // What was refused twice waits for minutes: here they pass at once, and with them an ordinary stop and start.
    await rollcall.ask("UPDATE delivery SET next_attempt_at = now() WHERE delivered_at IS NULL AND gave_up_at IS NULL");
    await rollcall.stop();
    await rollcall.start();
    const open = await untilDelivered(rollcall, 90_000);
    report.check(open === 0, "the outbox is empty in the end", () => `${open} deliveries are open`);
    if (receiver) await checkMessages(rollcall, receiver, report);
    const [incidents] = await rollcall.ask<{ count: number }>("SELECT count(*)::int AS count FROM incident");
    report.figure("incidents", incidents?.count ?? 0);
    report.figure("started again after it ended by itself", rollcall.restarts);
    if (report.failed) console.log(rollcall.log.slice(-6_000));
    report.end(`${KILLS} kills, ${acknowledged.size} acknowledged check-ins, none lost, no incident doubled`);
  },
  async () => {
    driving = false;
    await receiver?.close();
    await rollcall.remove();
  },
);
