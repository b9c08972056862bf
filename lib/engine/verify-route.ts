/**
 * Runs the verification matrix of a route.
 *
 * 1. Claim the route: one run at a time, for all processes. A crash from here on leaves a claim that is taken over after
 *    two minutes, and no result.
 * 2. Plan (`lib/boundary/matrix.ts`), and ask row by row; what is known is stored and told after each, so that a screen
 *    fills while it runs. Nothing is held open meanwhile: no transaction, no lock.
 * 3. In one transaction: the result, and what it does to the route's `boundary_drift` incident, with its event and message.
 */
import type pg from "pg";
import type { ContractConfig } from "#gate/contracts/register.ts";
import { nodeCrypto } from "#gate/crypto/node.ts";
import { actorName, mayNot } from "#lib/access/actor.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Context } from "#lib/access/context.ts";
import { type MatrixRoute, type Planned, planMatrix, resultOf, scrubbed, type Tried } from "#lib/boundary/matrix.ts";
import type { ToSend } from "#lib/boundary/matrix-requests.ts";
import { type OpenedRoute, openedRoute, routeByName } from "#lib/boundary/route-store.ts";
import {
  type CaseResult,
  driftSentence,
  gravest,
  isGreen,
  isRepresentative,
  type Verification,
} from "#lib/boundary/verification.ts";
import { arrivedOn, claimVerification, dropVerification, finishVerification, writeProgress } from "#lib/boundary/verification-store.ts"; // biome-ignore format: one line
import { newId } from "#lib/db/new-id.ts";
import { tellStale } from "#lib/db/tell.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import { openDrift, resolveDrift } from "#lib/incidents/drift-store.ts";
import { isName } from "#lib/input/identifiers.ts";
import { conflict, invalid, notFound, ok, type Result, refuse } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { guardedBy } from "#lib/schedules/guarded-store.ts";
import type { Clock } from "#lib/time/clock.ts";
import { DAY, MINUTE, millis, minus, SECOND } from "#lib/time/instant.ts";
import { askProbe, type ProbeAnswer } from "./ask-probe.ts";
import { expectedOf } from "./expected-of.ts";
import { configOf } from "./guarded-routes.ts";

/** All rows together; what is left then counts as not asked. */
const LONGEST = millis(60 * SECOND);
const STALE = millis(2 * MINUTE);
const RESEMBLED_WITHIN = millis(7 * DAY);

/** A route as its platform calls it; `null` where it has no probe. */
export async function matrixRoute(pool: pg.Pool, opened: OpenedRoute): Promise<MatrixRoute | null> {
  const { row } = opened;
  if (row.probeUrl === null) return null;
  const guarded = await guardedBy(sqlOf(pool), [row.name]);
  const expected = await expectedOf(pool, guarded);
  const [first] = guarded;
  const contract: ContractConfig = configOf("contract", row.contract, opened);
  return {
    probeUrl: row.probeUrl,
    probeMethods: row.probeMethods,
    contract,
    caller: row.caller ? configOf("caller", row.caller, opened) : contract,
    manual: row.manual ? configOf("manual", row.manual, opened) : null,
    schedule: first?.slug ?? null,
    expression: (first && expected.get(first.id)?.expression) ?? null,
  };
}

interface Run {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly opened: OpenedRoute;
  /** Called with what is known so far. */
  readonly onRow: (cases: readonly CaseResult[]) => Promise<void>;
}

/** Asks every row; the same request is sent once, whatever rows it answers. */
async function askAll(planned: readonly Planned[], { clock, opened, onRow }: Run): Promise<readonly CaseResult[]> {
  const { row, secrets, gateKey } = opened;
  const probed = { name: row.name, gateKey, allowPrivateNetwork: row.allowPrivateNetwork };
  const hidden = [...Object.values(secrets), ...(gateKey === null ? [] : [gateKey])];
  const answers = new Map<ToSend, ProbeAnswer>();
  const tried: (Tried | null)[] = [];
  const began = performance.now();
  let signed = false;
  // Where nobody answers at all, nobody is asked forty times.
  let silent: ProbeAnswer | null = null;
  const results = (): CaseResult[] =>
    planned.slice(0, tried.length).map((one, i) => {
      const result = resultOf(one, tried[i] ?? null, signed);
      return { ...result, sentence: scrubbed(result.sentence, hidden), reason: scrubbed(result.reason, hidden) };
    });
  const once = async (send: ToSend, should: Planned["expected"]): Promise<ProbeAnswer> => {
    const answer = silent ?? (await askProbe(probed, send, { clock, should }));
    if (answer.read.layer === "net" && answers.size === 0) silent = answer;
    signed ||= answer.signed;
    return answer;
  };
  for (const one of planned) {
    if (one.send === null || performance.now() - began > LONGEST) tried.push(null);
    else {
      const first = one.twice ? await once(one.send, "accepted") : null;
      const answer = answers.get(one.send) ?? (await once(one.send, one.expected));
      if (!one.twice) answers.set(one.send, answer);
      const { read, status, durationMs } = answer;
      tried.push({ read, status, durationMs, ...(first ? { first: first.read } : {}) });
    }
    await onRow(results());
  }
  return results();
}

/** The matrix of one route, from the claim to what it leaves behind; refused while another run is under way. */
export async function verifyOpened(
  opened: OpenedRoute,
  given: { readonly pool: pg.Pool; readonly clock: Clock; readonly ctx: Pick<Context, "actor"> },
): Promise<Result<Verification>> {
  const { pool, clock, ctx } = given;
  const { name } = opened.row;
  const sql = sqlOf(pool);
  const route = await matrixRoute(pool, opened);
  if (!route) {
    return refuse(invalid({ code: "no_probe", message: `${name} has no probe to ask.`, doNext: "Give the route a probeUrl: a read-only path behind the same gate." })); // biome-ignore format: one line
  }
  const at = clock.now();
  const id = newId(at);
  const by = actorName(ctx.actor);
  const claimed = await inSqlTransaction(pool, (tx) =>
    claimVerification(tx, { id, route: name, now: at, stale: minus(at, STALE), by }),
  );
  if (!claimed) {
    return refuse(conflict("verification_under_way", { message: `The matrix of ${name} is being run already.`, doNext: "Wait for it to end, and read its result." })); // biome-ignore format: one line
  }
  const tell = () => tellStale(sql, [`routes/${name}`]);
  try {
    await tell();
    const planned = await planMatrix(route, { now: at, crypto: nodeCrypto });
    const cases = await askAll(planned, {
      ...{ pool, clock, opened },
      onRow: async (known) => {
        await writeProgress(sql, id, known);
        await tell();
      },
    });
    const finishedAt = clock.now();
    const since = { resembled: minus(finishedAt, RESEMBLED_WITHIN), admitted: minus(finishedAt, DAY) };
    const { resembled, admittedLately } = await arrivedOn(sql, name, since);
    const representative = isRepresentative(route.caller.kind, resembled);
    const green = isGreen(cases, { representative, admittedLately });
    await inSqlTransaction(pool, async (tx) => {
      await finishVerification(tx, { id, cases, green, representative, finishedAt });
      if (green) await resolveDrift(tx, name, finishedAt);
      else {
        const worst = gravest(cases);
        const reason = worst?.reason ?? (representative ? "cannot_be_made" : "not_representative");
        const sentence = driftSentence(name, cases, representative);
        await openDrift(tx, { route: name, sentence, reason, diagnosis: worst?.sentence ?? sentence }, finishedAt);
      }
      const detail = { green, representative };
      await writeAudit(tx, { actor: ctx.actor, now: finishedAt }, { action: "route.verified", subjectKind: "route", subjectId: name, detail }); // biome-ignore format: one line
      await tellStale(tx, [`routes/${name}`]);
    });
    return ok({ id, route: name, at, finishedAt, green, representative, cases, by });
  } catch (thrown) {
    await dropVerification(sql, id).catch(() => {});
    throw thrown;
  }
}

export async function verifyRoute(ctx: Context, { name }: { readonly name: string }): Promise<Result<Verification>> {
  const denied = mayNot(ctx.actor, "respond");
  if (denied) return refuse(denied);
  const { pool, clock, config } = runtime();
  const row = isName(name) ? await routeByName(sqlOf(pool), name) : null;
  if (!row) return refuse(notFound({ message: "There is no such route." }));
  return verifyOpened(openedRoute(row, config.secret), { pool, clock, ctx });
}
