/**
 * Asks the routes of silent windows from outside (domain.md, Verdict: silent).
 *
 * 1. Lease questions that judging left behind, of routes that nobody else is asking. A crash from here on leaves the lease, which runs out: they are asked again.
 * 2. Ask each route, without credentials and then as its scheduler does; no transaction is open meanwhile. A route that
 *    was asked within the last minute is not asked again: what was found stands.
 * 3. In one transaction: the finding, and the windows judged anew, so that cause, incident and outage carry it.
 */
import type pg from "pg";
import { nodeCrypto } from "#gate/crypto/node.ts";
import { scrubbed } from "#lib/boundary/matrix.ts";
import { blank, genuine } from "#lib/boundary/matrix-requests.ts";
import { foundSince, leaseQuestions, type Question, writeFinding } from "#lib/boundary/probe-question-store.ts";
import { openedRoute, routeByName } from "#lib/boundary/route-store.ts";
import { type Finding, findingOf } from "#lib/boundary/silence.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import type { Clock } from "#lib/time/clock.ts";
import { type Instant, instant, MINUTE, minus, plus } from "#lib/time/instant.ts";
import { askProbe } from "./ask-probe.ts";
import { judgeNow } from "./judge-now.ts";
import { matrixRoute } from "./verify-route.ts";

export interface AskSilence {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  /** ROLLCALL_SECRET, under which the secrets of routes are stored. */
  readonly secret: string;
}

const AT_ONCE = 200;

/** What is found on a route now; `null` where it has no probe any more. */
async function findingOn(name: string, { pool, clock, secret }: AskSilence): Promise<Finding | null> {
  const recent = await foundSince(sqlOf(pool), name, minus(clock.now(), MINUTE));
  if (recent) return recent;
  const row = await routeByName(sqlOf(pool), name);
  const opened = row ? openedRoute(row, secret) : null;
  const route = opened ? await matrixRoute(pool, opened) : null;
  const method = route?.probeMethods[0];
  if (!opened || !route || method === undefined) return null;
  const probed = { name, gateKey: opened.gateKey, allowPrivateNetwork: opened.row.allowPrivateNetwork };
  const bare = await askProbe(probed, blank(method, route.probeUrl), { clock, should: "refused" });
  const told = { ...(route.expression === null ? {} : { expression: route.expression }) };
  const made = await genuine(route.caller, blank(method, route.probeUrl), {
    now: clock.now(),
    crypto: nodeCrypto,
    told,
  });
  const second = made?.ok && bare.read.layer !== "net" ? await askProbe(probed, made.request, { clock, should: "accepted" }) : null; // biome-ignore format: one line
  const finding = findingOf(bare.read, second?.read ?? null);
  return { ...finding, sentence: scrubbed(finding.sentence, Object.values(opened.secrets)) };
}

/** Answers what is open; how many windows that were. */
export async function askSilence(by: AskSilence): Promise<number> {
  const { pool, clock } = by;
  const now = clock.now();
  const questions = await inSqlTransaction(pool, (tx) =>
    leaseQuestions(tx, { now, until: plus(now, MINUTE), atMost: AT_ONCE }),
  );
  const byRoute = new Map<string, Question[]>();
  for (const one of questions) byRoute.set(one.route, [...(byRoute.get(one.route) ?? []), one]);
  for (const [name, its] of byRoute) {
    const finding = await findingOn(name, by);
    const at = clock.now();
    await inSqlTransaction(pool, async (tx) => {
      await writeFinding(tx, its, { finding, now: at });
      if (finding === null) return;
      const from = new Map<string, Instant>();
      for (const { scheduleId, expectedAt } of its) {
        from.set(scheduleId, instant(Math.min(expectedAt, from.get(scheduleId) ?? expectedAt)));
      }
      await judgeNow(tx, [...from.keys()], { now: at, from });
    });
  }
  return questions.length;
}
