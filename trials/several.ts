/**
 * Two engine and two web processes on one PostgreSQL behave as one: no incident doubled, none late, while check-ins of
 * the same schedules go to both web processes. Usage: trials/several.ts [seconds] [schedules]
 */
import { randomBytes, randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Embedded, startEmbedded } from "#lib/db/embedded/start.ts";
import { checkIncidents, checkMessages, untilDelivered } from "./check-incidents.ts";
import { openReceiver, type Receiver } from "./receiver.ts";
import { argument, chanceOf, percentile, Report, runTrial } from "./report.ts";
import { Rollcall, sleep } from "./rollcall.ts";

const SECONDS = argument(60);
const SCHEDULES = argument(60, 3);
const chance = chanceOf();
const LATEST = 1_000;

const report = new Report("several processes");
const dataDir = mkdtempSync(join(tmpdir(), "rollcall-trial-"));
chmodSync(dataDir, 0o711);
let database: Embedded | null = null;
let receiver: Receiver | null = null;
const processes: Rollcall[] = [];

const quiet = { info: () => {}, warn: () => {}, error: console.error };
const slug = (n: number): string => `job-${n}`;
/** A third is fed all the time, a third never, and a third now and then. */
const fed = (n: number): boolean => n % 3 === 0 || (n % 3 === 1 && chance.next() < 0.4);

let driving = true;
let acknowledged = 0;
const wrong = new Map<string, number>();

/** A run starts at one web process and ends at the other. */
async function drive(webs: readonly Rollcall[]): Promise<void> {
  while (driving) {
    const n = chance.whole(0, SCHEDULES - 1);
    if (!fed(n)) {
      await sleep(5);
      continue;
    }
    const rid = randomUUID();
    const order = chance.next() < 0.5 ? webs : [...webs].reverse();
    for (const [i, ending] of ["/start", chance.next() < 0.9 ? "" : "/fail"].entries()) {
      const web = order[i % order.length];
      if (!web) continue;
      const response = await fetch(`${web.base}/ping/${web.pingKey}/${slug(n)}${ending}?rid=${rid}`, {
        method: "POST",
        body: `trial ${rid}${ending}`,
      });
      const text = await response.text();
      if (response.status === 200) acknowledged++;
      else
        wrong.set(
          `${response.status} ${text.slice(0, 60)}`,
          (wrong.get(`${response.status} ${text.slice(0, 60)}`) ?? 0) + 1,
        );
    }
    await sleep(chance.whole(0, 40));
  }
}

await runTrial(
  async () => {
    console.log(`several processes: 2 web and 2 engine on one PostgreSQL, ${SECONDS} s, ${SCHEDULES} schedules`);
    database = await startEmbedded({ dataDir, log: quiet });
    const { host, user, database: name } = database.address;
    const url = `postgresql://${user}@localhost/${name}?host=${encodeURIComponent(host)}`;
    const keys = {
      api: randomBytes(24).toString("base64url"),
      ping: randomBytes(17).toString("base64url").slice(0, 22),
    };
    const secret = randomBytes(24).toString("base64url");
    for (const role of ["web", "web", "engine", "engine"]) {
      const one = new Rollcall({ keys, env: { DATABASE_URL: url, ROLLCALL_ROLE: role, ROLLCALL_SECRET: secret } });
      processes.push(one);
      await one.launch();
    }
    // All at once: they migrate under one lock.
    await Promise.all(processes.map((one) => one.healthy(120_000)));
    const [first, second] = processes;
    if (!first || !second) throw new Error("there are no web processes");
    receiver = await openReceiver(chance, 0);
    await first.must("PUT", "/webhooks/trial", { url: receiver.url });
    for (let n = 0; n < SCHEDULES; n++) {
      // Made at one of them, and known to the other at once.
      await (n % 2 === 0 ? first : second).must("PUT", `/schedules/${slug(n)}`, {
        ...{
          name: slug(n),
          spec: { kind: "interval", everySeconds: chance.whole(3, 9) },
          timezone: "UTC",
          graceSeconds: 1,
        },
      });
    }
    const clients = Promise.all(Array.from({ length: 8 }, () => drive([first, second])));
    await sleep(SECONDS * 1_000);
    driving = false;
    await clients;
    await sleep(2_000);
    report.figure("check-ins", acknowledged);
    report.check(wrong.size === 0, "every check-in was answered 200", () => JSON.stringify([...wrong]));
    for (let n = 0; n < SCHEDULES; n++) await first.must("POST", `/schedules/${slug(n)}/pause`, {});
    const [stored] = await first.ask<{ rows: number; bodies: number }>(
      "SELECT count(*)::int AS rows, count(DISTINCT body)::int AS bodies FROM check_in WHERE convert_from(body, 'UTF8') LIKE 'trial %'",
    );
    report.check(stored?.rows === acknowledged && stored.bodies === acknowledged, "each is stored exactly once", () =>
      JSON.stringify(stored),
    );
    const runs = await first.ask<{ count: number }>(
      "SELECT count(*)::int AS count FROM (SELECT rid FROM run WHERE rid IS NOT NULL GROUP BY schedule_id, rid HAVING count(*) > 1) AS twice",
    );
    report.check(runs[0]?.count === 0, "a run that began at one and ended at the other is one run", () =>
      JSON.stringify(runs),
    );
    await checkIncidents(first, report);
    // A silent window turns bad at its `dueBy`, which `since` says.
    const late = await first.ask<{ ms: number }>(
      "SELECT (extract(epoch FROM opened_at - since) * 1000)::float8 AS ms FROM incident WHERE cause = 'silent'",
    );
    const delays = late.map(({ ms }) => ms);
    report.figure(
      "incidents",
      `${delays.length} of silence, stored ${percentile(delays, 0.5).toFixed(0)} ms after dueBy (median), ${Math.max(0, ...delays).toFixed(0)} ms (longest)`,
    );
    report.check(
      delays.length > 0 && Math.max(...delays) <= LATEST,
      `none is stored later than ${LATEST} ms after dueBy`,
    );
    const [both] = await first.ask<{ count: number }>(
      "SELECT count(*)::int AS count FROM process WHERE stopped_at IS NULL",
    );
    report.check(both?.count === 4, "four processes are known", () => JSON.stringify(both));
    const open = await untilDelivered(first, 20_000);
    report.check(open === 0, "the outbox is empty in the end", () => `${open} are open`);
    await checkMessages(first, receiver, report);
    const again = [...receiver.came.values()].filter(({ times }) => times > 1).length;
    report.check(again === 0, "with nobody killed, no message goes out twice", () => `${again}`);
    if (report.failed) for (const one of processes) console.log(one.log.slice(-1_500));
    report.end(`${acknowledged} check-ins, ${delays.length} incidents, none doubled, none late`);
  },
  async () => {
    driving = false;
    await receiver?.close();
    await Promise.all(processes.map((one) => one.remove()));
    if (database) {
      await database.stop();
      if (database.realDataDir !== dataDir) rmSync(database.realDataDir, { recursive: true, force: true });
    }
    rmSync(dataDir, { recursive: true, force: true });
  },
);
