/**
 * Fires the next window of every plan of making good whose time has come: one after the other, at the plan's pace, and
 * never in a burst, however long nobody was there.
 *
 * 1. Claim plans (SKIP LOCKED). 2. A plan whose route's matrix turned red meanwhile stops, and its incident says so. 3. The
 * oldest window that is still bad is stored as a planned firing that is due now (`fire-now.ts`); one that turned good
 * meanwhile is left out. 4. When the next one is due. One transaction: a crash before its commit leaves nothing, and a
 * crash after it fires that window once, from what is stored.
 */
import type pg from "pg";
import { newestVerifications } from "#lib/boundary/verification-store.ts";
import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { tellStale } from "#lib/db/tell.ts";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import {
  claimPlans,
  type MakeGoodPlan,
  type PlanWrite,
  planOf,
  windowsLeft,
  writeMadeGood,
  writePlans,
} from "#lib/incidents/make-good-store.ts";
import { writeEvents } from "#lib/incidents/store.ts";
import { schedulesByIds } from "#lib/schedules/store.ts";
import { type Instant, MINUTE, millis, plus } from "#lib/time/instant.ts";
import type { Claim, Claimed } from "./claim-dispatch.ts";
import { fireNow } from "./fire-now.ts";

/** The routes of schedules whose newest matrix is red, by schedule. */
async function redRoutes(sql: Sql, plans: readonly MakeGoodPlan[]): Promise<Map<string, string>> {
  const schedules = await schedulesByIds(
    sql,
    plans.map(({ scheduleId }) => scheduleId),
  );
  const routes = new Map(schedules.flatMap(({ id, route }) => (route === null ? [] : [[id, route] as const])));
  const newest = await newestVerifications(sql, [...new Set(routes.values())]);
  return new Map([...routes].filter(([, route]) => newest.get(route)?.green === false));
}

/** Says in its incident that it has stopped; answers why. */
async function stop(
  sql: Sql,
  { incidentId }: MakeGoodPlan,
  { route, now }: { readonly route: string; readonly now: Instant },
): Promise<string> {
  const because = `The matrix of the route “${route}” turned red.`;
  const seen = await planOf(sql, incidentId);
  const text = `Making good stopped: ${seen?.fired ?? 0} were fired, ${seen?.left ?? 0} are left. ${because}`;
  await writeEvents(sql, [{ id: newId(now), incidentId, at: now, kind: "make_good_stopped", actor: null, text }]);
  await tellStale(sql, ["incidents", `incidents/${incidentId}`]);
  return because;
}

export function claimMakeGood(pool: pg.Pool, { now, atMost }: Pick<Claim, "now" | "atMost">): Promise<Claimed> {
  return inSqlTransaction(pool, async (sql) => {
    const plans = await claimPlans(sql, { now, atMost });
    if (plans.length === 0) return { firings: [], full: false };
    const left = await windowsLeft(
      sql,
      plans.map(({ id }) => id),
    );
    const red = await redRoutes(sql, plans);
    const decided: Parameters<typeof writeMadeGood>[1][number][] = [];
    const next: PlanWrite[] = [];
    for (const plan of plans) {
      const { id, scheduleId, perMinute } = plan;
      const mine = left.filter(({ planId }) => planId === id);
      const at = mine.findIndex(({ bad }) => bad);
      const route = red.get(scheduleId);
      if (at >= 0 && route !== undefined && !plan.overridden) {
        next.push({ id, nextAt: null, stoppedBecause: await stop(sql, plan, { route, now }) });
        continue;
      }
      for (const { expectedAt } of at < 0 ? mine : mine.slice(0, at)) {
        decided.push({ planId: id, expectedAt, firedAt: null, leftOut: "It was good by then." });
      }
      const window = at < 0 ? undefined : mine[at];
      if (window) {
        await fireNow(sql, { scheduleId, window: window.expectedAt, why: "make_good", actor: null }, now);
        decided.push({ planId: id, expectedAt: window.expectedAt, firedAt: now, leftOut: null });
      }
      const more = at >= 0 && at < mine.length - 1;
      const nextAt = more ? plus(now, millis(Math.ceil(MINUTE / perMinute))) : null;
      next.push({ id, nextAt, stoppedBecause: null });
    }
    await writeMadeGood(sql, decided);
    await writePlans(sql, next);
    return { firings: [], full: plans.length === atMost };
  });
}
