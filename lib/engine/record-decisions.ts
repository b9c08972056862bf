/**
 * Takes decisions of the trust boundary into the database: one call is one transaction.
 *
 * 1. Read which schedules the routes guard, and what is expected of them (remembered by version).
 * 2. Attribute: whose each decision is, and which schedule's (`lib/boundary/attribute.ts`). Runs are read only where the
 *    nearest of several has to be chosen. Describe what came without a description (`lib/boundary/described.ts`). A crash
 *    until here leaves nothing, and the sender sends again.
 * 3. Store, each id once for 7 days; raise the states of the schedules whose scheduler it was.
 * 4. Judge in the same transaction those for which it comes late, or which have an incident open; all others find it
 *    when their window is due. Tell the screens. A crash before the commit leaves nothing of it.
 */
import type pg from "pg";
import {
  type Attributed,
  attribute,
  type Candidate,
  type Candidates,
  candidates,
  narrowed,
  type OpenWindow,
  openAt,
} from "#lib/boundary/attribute.ts";
import type { ReportedDecision } from "#lib/boundary/decision.ts";
import { type DecisionToStore, insertDecisions } from "#lib/boundary/decision-store.ts";
import { described } from "#lib/boundary/described.ts";
import { type RouteFacts, routeFacts } from "#lib/boundary/route-store.ts";
import type { Sql } from "#lib/db/sql.ts";
import { type Topic, tellStale } from "#lib/db/tell.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import type { Run } from "#lib/evidence/run.ts";
import { lastStartsBefore, runsFrom } from "#lib/evidence/store.ts";
import { type Guarded, guardedOrNamed } from "#lib/schedules/guarded-store.ts";
import type { History } from "#lib/schedules/windows.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { type Expected, expectedOf } from "./expected-of.ts";
import { judgeHeard, type Word } from "./heard.ts";

export interface RecordedDecisions {
  /** How many were new. */
  readonly stored: number;
  /** How many were taken before. */
  readonly again: number;
}

type Guard = Guarded & Expected & Candidate;

interface Known {
  readonly byRoute: ReadonlyMap<string, Candidates>;
  readonly bySlug: ReadonlyMap<string, Guard>;
  readonly byId: ReadonlyMap<string, Guard>;
  readonly routes: ReadonlyMap<string, RouteFacts>;
  /** The path of each route's address. */
  readonly paths: ReadonlyMap<string, string | null>;
}

async function known(pool: pg.Pool, reported: readonly ReportedDecision[]): Promise<Known> {
  const sql = sqlOf(pool);
  const routes = [...new Set(reported.map((one) => one.route))];
  const slugs = [...new Set(reported.flatMap((one) => one.schedule ?? []))];
  const [guarded, facts] = await Promise.all([guardedOrNamed(sql, { routes, slugs }), routeFacts(sql, routes)]);
  const expected = await expectedOf(pool, guarded);
  const byRoute = new Map<string, Guard[]>();
  const bySlug = new Map<string, Guard>();
  const byId = new Map<string, Guard>();
  for (const one of guarded) {
    const its = expected.get(one.id);
    if (!its) continue;
    const guard: Guard = { ...one, ...its };
    bySlug.set(one.slug, guard);
    byId.set(one.id, guard);
    if (one.route === null) continue;
    const list = byRoute.get(one.route);
    if (list) list.push(guard);
    else byRoute.set(one.route, [guard]);
  }
  const paths = new Map([...facts].map(([name, { url }]) => [name, url === null ? null : new URL(url).pathname]));
  const laidOut = new Map([...byRoute].map(([name, list]) => [name, candidates(list)]));
  return { byRoute: laidOut, bySlug, byId, routes: facts, paths };
}

const NONE = candidates([]);

/**
 * The schedules that a decision may be of: those of its route, or the one that it names; where it was refused, a name is
 * only what somebody typed, and counts for the route's own.
 */
function candidatesOf(decision: ReportedDecision, { byRoute, bySlug }: Known): Candidates {
  const own = byRoute.get(decision.route) ?? NONE;
  const named =
    decision.schedule === null || decision.outcome === "rejected" ? undefined : bySlug.get(decision.schedule);
  return named && named.route !== decision.route ? candidates([named]) : own;
}

type Asked = Map<string, Instant>;
const askFrom = (asked: Asked, id: string, from: Instant): void => {
  asked.set(id, instant(Math.min(from, asked.get(id) ?? from)));
};

/** Whether a run of that window had started before a moment. */
const hadRun = (
  runs: readonly Run[],
  window: { readonly expectedAt: Instant; readonly opensAt: Instant; readonly ownsTo: number },
  before: Instant,
): boolean =>
  runs.some((run) => {
    if (run.startedAt >= before) return false;
    if (run.namedWindow !== null) return Math.floor(run.namedWindow / 1_000) === Math.floor(window.expectedAt / 1_000);
    return run.startedAt >= window.opensAt && run.startedAt < window.ownsTo;
  });

async function attributed(
  pool: pg.Pool,
  reported: readonly ReportedDecision[],
  its: Known,
): Promise<readonly Attributed[]> {
  const sql = sqlOf(pool);
  const askedRuns: Asked = new Map();
  const askedStarts: Asked = new Map();
  const histories = { get: (id: string): History | undefined => its.byId.get(id)?.history };
  const rolling = [...its.byId.values()].filter((one) => one.rolling);
  for (const decision of reported) {
    for (const one of rolling) {
      if (one.route === decision.route || one.slug === decision.schedule) askFrom(askedStarts, one.id, decision.at);
    }
    const left = narrowed(decision, candidatesOf(decision, its));
    if (left.length <= 1) continue;
    for (const { id } of left) {
      const history = histories.get(id);
      for (const window of history ? openAt(history, decision.at, null) : []) askFrom(askedRuns, id, window.opensAt);
    }
  }
  const wanted = (asked: Asked) => [...asked].map(([scheduleId, from]) => ({ scheduleId, from }));
  for (const [id, from] of askedStarts) askFrom(askedRuns, id, from);
  const [runs, starts] = await Promise.all([
    runsFrom(sql, wanted(askedRuns)),
    lastStartsBefore(sql, wanted(askedStarts)),
  ]);
  const lastStart = (id: string, at: Instant): Instant | null =>
    (runs.get(id) ?? []).reduce<Instant | null>(
      (last, run) => (run.startedAt < at && run.startedAt > (last ?? 0) ? run.startedAt : last),
      starts.get(id) ?? null,
    );
  return reported.map((decision) => {
    const open = ({ id }: Candidate): readonly OpenWindow[] => {
      const history = histories.get(id);
      if (!history) return [];
      return openAt(history, decision.at, askedStarts.has(id) ? lastStart(id, decision.at) : null).map((window) => ({
        expectedAt: window.expectedAt,
        // The start that a rolling window had would have closed it.
        ran: !askedStarts.has(id) && hadRun(runs.get(id) ?? [], window, decision.at),
      }));
    };
    return attribute(decision, candidatesOf(decision, its), { routePath: its.paths.get(decision.route) ?? null, open });
  });
}

/** Only what the scheduler sent is evidence (domain.md, Verdict). */
const wordsOf = ({ reported, via, scheduleIds }: DecisionToStore): Word[] =>
  via === "scheduler"
    ? scheduleIds.map((scheduleId) => ({
        scheduleId,
        at: reported.at,
        window: reported.window,
        kind: reported.outcome,
      }))
    : [];

/** All durable when it resolves. Rejects with the database's error when it is away. */
export async function recordDecisions(
  pool: pg.Pool,
  reported: readonly ReportedDecision[],
  now: Instant,
): Promise<RecordedDecisions> {
  if (reported.length === 0) return { stored: 0, again: 0 };
  const its = await known(pool, reported);
  const whose = await attributed(pool, reported, its);
  const all: DecisionToStore[] = reported.flatMap((one, i) => {
    const by = whose[i];
    if (!by) return [];
    const said = described(one, its.routes.get(one.route)?.contract ?? null);
    return [
      {
        reported: said.contractResembled === one.contractResembled ? one : { ...one, ...said },
        ...{ via: by.via, scheduleIds: by.schedules, ambiguous: by.ambiguous, diagnosis: said.diagnosis },
      },
    ];
  });
  const stored = await inSqlTransaction(pool, async (tx) => {
    const fresh = await insertDecisions(tx, all, now);
    const words = all.filter((one) => fresh.has(one.reported.id.toLowerCase())).flatMap(wordsOf);
    await judgeHeard(tx, words, { now, historyOf: (id) => its.byId.get(id)?.history });
    await tell(tx, all, its);
    return fresh.size;
  });
  return { stored, again: reported.length - stored };
}

/** Beyond so many names a screen reads all of them again anyway. */
const NAMED_AT_MOST = 50;
const topics = (all: Topic, names: readonly string[]): readonly Topic[] => {
  const distinct = [...new Set(names)];
  return distinct.length > NAMED_AT_MOST ? [all] : distinct.map((name) => `${all}/${name}` as Topic);
};

async function tell(tx: Sql, all: readonly DecisionToStore[], { byId }: Known): Promise<void> {
  const routes = topics("routes", all.map((one) => one.reported.route)); // biome-ignore format: one line
  const slugs = all.flatMap((one) => one.scheduleIds.flatMap((id) => byId.get(id)?.slug ?? []));
  await tellStale(tx, [...routes, ...topics("schedules", slugs)]);
}
