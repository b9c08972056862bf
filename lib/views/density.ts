/** What went wrong over all lanes: how much in each bucket of a span, and where. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import type { Sql } from "#lib/db/sql.ts";
import { ok, refuse } from "#lib/problem.ts";
import type { LaneRow } from "#lib/schedules/lane-store.ts";
import { earliest, type Instant, instant, latest, millis, toRfc3339 } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import { countBad, listBad } from "#lib/verdicts/bad-window-store.ts";
import { hourOf } from "#lib/verdicts/rollup.ts";
import { sumCounted } from "#lib/verdicts/rollup-read-store.ts";
import { rollupReach } from "#lib/verdicts/rollup-store.ts";
import type { Verdict } from "#lib/verdicts/verdict.ts";
import { countEdges, type WellCounts } from "./edges.ts";
import { cellLength } from "./ladder.ts";
import { type LanesQuery, lanesInNoOrder, lanesInOrder } from "./lanes.ts";
import { hourCeil } from "./sealed.ts";

/** A verdict as a screen marks it: a missing window that was refused at the boundary has a mark of its own. */
export type VerdictMark = Verdict | "rejected";
type Totals = Partial<Record<VerdictMark, number>>;

const WORST: readonly VerdictMark[] = ["rejected", "missing", "failed", "overrun", "late", "running", "on_time"];

const worse = (a: VerdictMark, b: VerdictMark): VerdictMark => (WORST.indexOf(a) <= WORST.indexOf(b) ? a : b);

const filtersNothing = ({ slugs, tags, environment, q, verdict }: LanesQuery): boolean =>
  slugs === undefined && tags === undefined && environment === undefined && q === undefined && verdict === undefined;

/** What is bad is counted by itself, and a late one may be bad too: these are counted with what went well. */
const WELL: ReadonlySet<VerdictMark> = new Set(["on_time", "late", "running"]);

/**
 * What went well over some lanes: by whole hours as far as roll-ups reach, so that nothing of them is judged, and the
 * windows since then one by one.
 */
async function countWell(
  sql: Sql,
  rows: readonly LaneRow[],
  {
    within,
    now,
    scheduleIds,
  }: { readonly within: Span; readonly now: Instant; readonly scheduleIds: readonly string[] | null },
): Promise<WellCounts> {
  if (within.from >= now || rows.length === 0) return { on_time: 0, late: 0, running: 0 };
  const since = latest((await rollupReach(sql)) ?? within.from, within.from);
  const sealed = { from: hourOf(within.from), to: earliest(since, hourCeil(within.to)) };
  const counted =
    sealed.from < sealed.to ? await sumCounted(sql, { scheduleIds, within: span(sealed.from, sealed.to) }) : null;
  const edge = await countEdges(sql, rows, { since, within, now });
  return {
    on_time: edge.on_time + (counted?.on_time ?? 0),
    late: edge.late + (counted?.late ?? 0),
    running: edge.running + (counted?.running ?? 0),
  };
}

export async function viewDensity(
  ctx: Context,
  asked: { readonly query: LanesQuery; readonly within: Span; readonly buckets: number },
) {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const { query, within } = asked;
  const rows = await lanesInNoOrder(sql, { ...query, within }, ctx.now);
  const scheduleIds = filtersNothing(query) ? null : rows.map(({ id }) => id);
  const bucket = millis(cellLength((within.to - within.from) / asked.buckets));
  const from = instant(Math.floor(within.from / bucket) * bucket);
  const totals: Totals = {};
  const buckets: { at: string; bad: number; worst: VerdictMark }[] = [];
  const counts = await countBad(sql, { within: { from, to: within.to }, bucket, scheduleIds });
  for (const one of counts) {
    const mark: VerdictMark = one.rejected ? "rejected" : one.verdict;
    if (!WELL.has(mark)) totals[mark] = (totals[mark] ?? 0) + one.count;
    const at = toRfc3339(instant(from + one.bucket * bucket));
    const last = buckets[buckets.length - 1];
    if (last?.at !== at) buckets.push({ at, bad: one.count, worst: mark });
    else Object.assign(last, { bad: last.bad + one.count, worst: worse(last.worst, mark) });
  }
  const well = await countWell(sql, rows, { within: span(within.from, within.to), now: ctx.now, scheduleIds });
  for (const mark of ["on_time", "late", "running"] as const) if (well[mark] > 0) totals[mark] = well[mark];
  return ok({ from: toRfc3339(from), to: toRfc3339(within.to), bucketSeconds: bucket / 1_000, buckets, totals });
}

/** Bad windows in the order of the screen: lane by lane, the newest first in each. */
export async function viewBad(
  ctx: Context,
  asked: { readonly query: LanesQuery; readonly within: Span; readonly limit: number },
) {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const lanes = await lanesInOrder(sql, { ...asked.query, within: asked.within }, ctx.now);
  const slugs = new Map(lanes.map(({ row }) => [row.id, row.slug]));
  const found = await listBad(sql, { within: asked.within, scheduleIds: [...slugs.keys()], atMost: asked.limit + 1 });
  return ok({
    items: found.slice(0, asked.limit).map(({ scheduleId, expectedAt, verdict, cause, incidentId }) => ({
      slug: slugs.get(scheduleId) ?? "",
      expectedAt: toRfc3339(expectedAt),
      mark: (verdict === "missing" && cause === "rejected" ? "rejected" : verdict) as VerdictMark,
      incidentId,
    })),
    more: found.length > asked.limit,
  });
}
