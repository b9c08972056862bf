/**
 * What of each schedule no roll-up has counted yet: the windows of the last hour or two, judged, and remembered for as
 * long as nothing of them can have changed. So a sum over thousands judges only those that had evidence since.
 */
import type { Sql } from "#lib/db/sql.ts";
import { loadSubjects } from "#lib/engine/subjects.ts";
import type { LaneRow } from "#lib/schedules/lane-store.ts";
import { isPaused } from "#lib/schedules/paused.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import type { JudgedWindow, Verdict } from "#lib/verdicts/verdict.ts";
import { AT_ONCE, holds, type Memo, memoryOf, until } from "./glances.ts";
import { judgedIn } from "./judged.ts";

/** Few bytes a window: there may be hundreds of thousands. */
const TOLD = ["on_time", "late", "running"] as const satisfies readonly Verdict[];
export type WellCounts = Record<(typeof TOLD)[number], number>;

interface Edge extends Memo {
  readonly since: Instant;
  readonly at: Float64Array;
  readonly verdict: Uint8Array;
}

const remembered = memoryOf<Edge>();

const isTold = ({ verdict }: JudgedWindow): boolean => (TOLD as readonly Verdict[]).includes(verdict);

function soonest(windows: readonly JudgedWindow[]): Instant | null {
  let first: Instant | null = null;
  for (const { changesAt } of windows)
    if (changesAt !== null && (first === null || changesAt < first)) first = changesAt;
  return first;
}

async function judged(sql: Sql, rows: readonly LaneRow[], { since, now }: { since: Instant; now: Instant }) {
  const edges = new Map<string, Edge>();
  const subjects = await loadSubjects(
    sql,
    rows.map(({ id }) => id),
    { now, from: since, onBroken: () => {} },
  );
  for (const row of rows) {
    const subject = subjects.get(row.id);
    if (!subject) continue;
    const { windows } = judgedIn(subject, now, span(since, instant(now + 1)));
    const told = windows.filter(isTold);
    edges.set(row.id, {
      ...{ seq: row.seq, version: row.version, paused: isPaused(row, now), readAt: now, since },
      until: until(subject, now, soonest(windows)),
      at: Float64Array.from(told, ({ expectedAt }) => expectedAt),
      verdict: Uint8Array.from(told, ({ verdict }) => (TOLD as readonly Verdict[]).indexOf(verdict)),
    });
  }
  return edges;
}

/**
 * How many windows that are expected in a stretch up to the present went well, over all of these schedules.
 * @param asked.since from where on nothing is counted elsewhere
 */
export async function countEdges(
  sql: Sql,
  rows: readonly LaneRow[],
  asked: { readonly since: Instant; readonly within: Span; readonly now: Instant },
): Promise<WellCounts> {
  const { since, within, now } = asked;
  const known = remembered();
  const missing = rows.filter((row) => {
    const one = known.get(row.id);
    return one === undefined || one.since > since || !holds(one, row, now);
  });
  for (let start = 0; start < missing.length; start += AT_ONCE) {
    const some = await judged(sql, missing.slice(start, start + AT_ONCE), { since, now });
    for (const [id, edge] of some) known.set(id, edge);
  }
  const counts: WellCounts = { on_time: 0, late: 0, running: 0 };
  const from = Math.max(since, within.from);
  for (const { id } of rows) {
    const edge = known.get(id);
    if (!edge) continue;
    for (let i = 0; i < edge.at.length; i++) {
      const at = edge.at[i] ?? 0;
      const verdict = TOLD[edge.verdict[i] ?? 0];
      if (verdict && at >= from && at < within.to) counts[verdict]++;
    }
  }
  return counts;
}
