/**
 * Fires, through their drivers, the schedules that something else fires: by hand, or for a window that is made good.
 *
 * 1. Claim planned firings that are due (SKIP LOCKED), and store each as an attempt whose answer is not known: one
 *    transaction. A crash after it leaves that attempt, and nothing fires it again.
 * 2. Ask the scheduler; no transaction is open meanwhile.
 * 3. In one transaction: how the attempt ended and, where the scheduler's own history will not tell of it, the run.
 */
import type pg from "pg";
import type { Sql } from "#lib/db/sql.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import { configOf, connectionByName } from "#lib/drivers/connection-store.ts";
import { type ConnectedFiring, claimConnected } from "#lib/drivers/dispatch/connected-store.ts";
import type { Answer, RanThere } from "#lib/drivers/driver.ts";
import { driverOf } from "#lib/drivers/register.ts";
import { insertAttempts, writeAnswers } from "#lib/evidence/attempt-store.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import type { Clock } from "#lib/time/clock.ts";
import { type Instant, latest, MINUTE, millis, plus } from "#lib/time/instant.ts";
import { judgeHeard } from "./heard.ts";
import { ranIds } from "./read-drivers.ts";
import { recordIn } from "./record.ts";

export interface FireConnected {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  /** ROLLCALL_SECRET: opens connections. */
  readonly secret: string;
  readonly onFailed: (thrown: unknown) => void;
}

const AT_ONCE = 50;
/** A command that a driver runs may take a quarter of an hour (lib/drivers/pg-cron.ts). */
const PENDING = millis(16 * MINUTE);

type Said = Answer<{ readonly namesWindow: boolean; readonly ran?: RanThere }>;

/** Claims what is due and begins it; answers what is under way, to be awaited by whoever stops. */
export async function fireConnected(by: FireConnected): Promise<readonly Promise<void>[]> {
  const now = by.clock.now();
  const claimed = await inSqlTransaction(by.pool, async (tx) => {
    const firings = await claimConnected(tx, { now, atMost: AT_ONCE });
    await insertAttempts(
      tx,
      firings.map(({ id, scheduleId, window, kind }) => ({
        ...{ id, scheduleId, at: now, scheduledFor: window, outcome: "answer_unknown", status: null, latencyMs: null },
        ...{ error: null, source: kind, pendingUntil: plus(now, PENDING) },
      })),
    );
    return firings;
  });
  return claimed.map((one) => fireOne(one, now, by).catch(by.onFailed));
}

async function fireOne(one: ConnectedFiring, at: Instant, by: FireConnected): Promise<void> {
  const said = await ask(one, by);
  const now = latest(at, by.clock.now());
  await inSqlTransaction(by.pool, (tx) => store(tx, one, said, { at, now }));
}

async function ask(one: ConnectedFiring, { pool, clock, secret }: FireConnected): Promise<Said> {
  const refused = (sentence: string): Said => ({ ok: false, problem: { kind: "refused", sentence } });
  const row = await connectionByName(sqlOf(pool), one.connection);
  const config = row?.kind === one.kind ? configOf(row, secret) : null;
  const { fire, label } = driverOf(one.kind);
  if (config === null) return refused(`The connection “${one.connection}” is not there, or cannot be opened.`);
  if (!fire) return refused(`${label} cannot fire a run by hand.`);
  try {
    return await fire(config, { ref: one.ref, window: one.window, id: one.id }, { clock });
  } catch {
    // A bug of a driver, whose message may hold anything.
    return refused(`The driver ${label} could not fire it.`);
  }
}

async function store(
  tx: Sql,
  one: ConnectedFiring,
  said: Said,
  { at, now }: { readonly at: Instant; readonly now: Instant },
): Promise<void> {
  const { id, scheduleId, window } = one;
  // Nobody answered: whether it fired is not known.
  const unknown = !said.ok && said.problem.kind === "unreachable";
  const outcome = said.ok ? "answered" : unknown ? "answer_unknown" : "refused";
  const error = said.ok ? null : said.problem.sentence;
  const written = await writeAnswers(tx, [
    { id, scheduleId, at, outcome, status: null, latencyMs: now - at, error, excerpt: null },
  ]);
  // Written already, by a commit whose answer was lost.
  if (written.size === 0) return;
  const ran = said.ok ? said.value.ran : undefined;
  if (ran) await recordIn(tx, checkInsOf(one, ran, now), now);
  const word = { scheduleId, at, window, kind: "attempted", atOnce: true } as const;
  await judgeHeard(tx, [word], { now, historyOf: () => undefined });
}

/** A run that the driver itself made: it began and ended under its eyes. */
function checkInsOf(one: ConnectedFiring, ran: RanThere, now: Instant): Incoming[] {
  const log = ran.log === null ? null : Buffer.from(ran.log, "utf8");
  const { start, end } = ranIds(one.id);
  const shared = {
    ...{ scheduleId: one.scheduleId, receivedAt: now, rid: one.id, exitStatus: null, window: one.window },
    ...{ method: "FIRE", remoteAddress: null, userAgent: "Rollcall", source: one.kind },
  };
  return [
    { ...shared, id: start, at: ran.startedAt, kind: "start", body: null, bodyBytes: 0 },
    {
      ...shared,
      ...{ id: end, at: latest(ran.startedAt, ran.finishedAt ?? now), kind: ran.outcome ?? "fail" },
      ...{ body: log, bodyBytes: log?.length ?? 0 },
    },
  ];
}
