/**
 * The whole story over a line of a real cron, whose requests go through a real gate: refused at the boundary, missing,
 * mended, the matrix green, accelerated to every minute, confirmed by the first run, put back byte for byte, resolved.
 */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createGate, type Gate } from "#gate/index-node.ts";
import { createKey } from "#lib/access/keys.ts";
import { routeInput } from "#lib/boundary/schema.ts";
import { putRoute } from "#lib/boundary/service.ts";
import { keyCaller } from "#lib/testing/api.ts";
import { needDebian, skipBecause } from "#lib/testing/need.ts";
import { CRON, RealCron, whyNoCron } from "#lib/testing/real-cron.ts";
import { succeeded } from "#lib/testing/result.ts";
import { useSchedulerStory } from "#lib/testing/scheduler-story.ts";
import { givenCheckIn } from "#lib/testing/schedules.ts";
import { apiListener } from "#server/api/listener.ts";
import { makeRecorder } from "./record.ts";
import { verifyRoute } from "./verify-route.ts";

const story = useSchedulerStory();
const table = `rollcall-story-${randomBytes(4).toString("hex")}`;
const file = `/etc/cron.d/${table}`;
const folder = mkdtempSync(join(tmpdir(), "rollcall-story-crontab-"));
const cron = new RealCron();
let reason: string | null = null;

beforeAll(async () => {
  const missing = await needDebian(CRON, "cron");
  reason = whyNoCron() ?? missing;
  if (reason === null) cron.keep();
}, 300_000);
afterAll(async () => {
  rmSync(file, { force: true });
  rmSync(folder, { recursive: true, force: true });
  await cron.stop();
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}, 60_000);
beforeEach((context) => {
  if (reason !== null) skipBecause(context, reason);
});

const servers: Server[] = [];
async function serve(handle: RequestListener): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What the crontab's command sends, and what the gate was hardened to want. */
const SENT = { kind: "bearer", secret: "correct-horse-battery-staple-ok!" } as const;
const HARDENED = { kind: "hmac", header: "x-signature", secret: "what the new middleware signs with, 44 chars" } as const; // biome-ignore format: one line
const PATH = "/jobs/nightly";

test("a line of a real cron is refused at the boundary, mended, accelerated to every minute, confirmed, and put back byte for byte", {
  timeout: 280_000,
  retry: 0,
}, async () => {
  const { db, as } = story;
  const recorder = makeRecorder({ pool: db.pool, clock: db.clock });
  const held: { gate?: Gate; job?: string } = {};
  /** The application: its job says that it ran, and how it ended. */
  const job = async () => {
    const now = db.clock.now();
    await recorder.record([givenCheckIn(held.job ?? "", "start", now), givenCheckIn(held.job ?? "", "success", now)]);
  };
  const app = await serve((request, response) =>
    held.gate?.node(async (inside, answer) => {
      if (inside.url === PATH) await job();
      answer.end("done");
    })(request, response),
  );
  const { text: key } = succeeded(await createKey(as("ada"), { name: "gate", scope: "report" }));
  const report = { url: await serve(apiListener), key };
  let gateKey = "";
  /** The gate and its route change as one: a deploy. */
  async function deploys(contract: typeof SENT | typeof HARDENED): Promise<void> {
    const route = { contract, caller: SENT, url: `${app}${PATH}`, probeUrl: `${app}/probe`, allowPrivateNetwork: true };
    const put = succeeded(await putRoute(as("ada"), { name: "jobs", input: routeInput.parse(route), ifMatch: null }));
    gateKey = put.gateKey ?? gateKey;
    held.gate = createGate({ route: "jobs", contract, gateKey, report, log: () => {} });
  }

  await deploys(HARDENED);
  const call = join(folder, "call.mjs");
  writeFileSync(call, `await fetch("${app}${PATH}", { headers: { authorization: "Bearer ${SENT.secret}" } });\n`);
  chmodSync(folder, 0o755);
  // Every hour, at the next full minute that leaves time to get ready; odd blanks and a comment that have to stay.
  const first = new Date(Math.ceil((Date.now() + 10_000) / 60_000) * 60_000);
  const text = `# l\u00e4uft st\u00fcndlich\nMAILTO=""\n${first.getMinutes()}  *\t* * *\troot ${process.execPath} ${call}   # jobs\n`;
  writeFileSync(file, text, { mode: 0o644, encoding: "latin1" });
  const slug = await story.takes({ kind: "crontab", tables: `cron.d/${table}` }, { graceSeconds: 5, route: "jobs", path: PATH }); // biome-ignore format: one line
  const [row] = await db.sql.query<{ id: string }>("SELECT id::text AS id FROM schedule WHERE slug = $1", [slug]);
  held.job = row?.id ?? "";
  const missing = await story.untilIncident("open");
  expect(missing).toMatchObject({ cause: "rejected", sentence: expect.stringContaining("Refused at the boundary") });

  const faster = { kind: "cron", expression: "* * * * *" };
  const asked = { spec: faster, maxDurationSeconds: 600, reason: "to see the fix" };
  const refused = await (await keyCaller("write"))("POST", `/schedules/${slug}/accelerations`, asked);
  expect(refused).toMatchObject({ status: 409, body: { code: "matrix_not_green" } });
  await deploys(SENT);
  expect(succeeded(await verifyRoute(as("rosa"), { name: "jobs" }))).toMatchObject({ green: true });

  const { untilIt } = await story.accelerates(slug, faster);
  expect(readFileSync(file, "latin1").split("\n").at(-2)).toMatch(/^\* \* \* \* \*\troot /);
  const done = await untilIt("reverted");
  expect(done).toMatchObject({ outcome: "confirmed", runsConfirmed: 1 });
  expect(readFileSync(file, "latin1")).toBe(text);
  await story.untilIncident("resolved");
  const decisions = await db.sql.query("SELECT outcome, via FROM decision WHERE via <> 'probe' ORDER BY at");
  expect(decisions).toEqual([
    { outcome: "rejected", via: "scheduler" },
    { outcome: "admitted", via: "scheduler" },
  ]);
});
