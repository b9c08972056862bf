/** Which runs the windows of a stretch are judged by: those from its beginning on, and no more than it needs. */
import type { Sql } from "#lib/db/sql.ts";
import { firstStartsFrom, runsFrom, runsWithin, type StoredRun } from "#lib/evidence/store.ts";
import type { Facts } from "#lib/schedules/facts-store.ts";
import { nextWindow } from "#lib/schedules/windows.ts";
import { type Instant, instant, latest } from "#lib/time/instant.ts";

export interface Start {
  readonly from: Instant;
  /** Runs are read from here. */
  readonly runsFrom: Instant;
}

/**
 * Up to where the runs of schedules are needed to judge their windows before `to`: as long as the last of these owns
 * the time, and for a rolling one up to the start that closes it; `null`: all of them.
 */
export async function endsOf(
  sql: Sql,
  facts: Iterable<Facts>,
  asked: { readonly now: Instant; readonly toOf: (id: string) => Instant | undefined },
): Promise<Map<string, { readonly to: Instant; readonly until: Instant }>> {
  const ends = new Map<string, { readonly to: Instant; readonly until: Instant }>();
  const rolling: { scheduleId: string; from: Instant }[] = [];
  for (const { id, history } of facts) {
    const to = asked.toOf(id);
    if (to === undefined || to >= asked.now) continue;
    const { versions } = history;
    if (versions.every(({ spec }) => spec.kind === "rolling")) rolling.push({ scheduleId: id, from: to });
    else if (versions.every(({ spec }) => spec.kind !== "rolling")) {
      const next = nextWindow(history, instant(to - 1));
      if (next) ends.set(id, { to, until: latest(to, next.opensAt) });
    }
  }
  const closing = await firstStartsFrom(sql, rolling);
  for (const { scheduleId, from } of rolling) {
    const closes = closing.get(scheduleId);
    // Runs of one start close one window: all of them are read.
    if (closes !== undefined) ends.set(scheduleId, { to: from, until: instant(closes + 1) });
  }
  return ends;
}

export async function runsOf(
  sql: Sql,
  starts: ReadonlyMap<string, Start>,
  ends: ReadonlyMap<string, { readonly to: Instant; readonly until: Instant }>,
): Promise<Map<string, readonly StoredRun[]>> {
  const open: { scheduleId: string; from: Instant }[] = [];
  const ended: { scheduleId: string; from: Instant; to: Instant; until: Instant }[] = [];
  for (const [scheduleId, { runsFrom: from }] of starts) {
    const end = ends.get(scheduleId);
    if (end) ended.push({ scheduleId, from, ...end });
    else open.push({ scheduleId, from });
  }
  return new Map([...(await runsFrom(sql, open)), ...(await runsWithin(sql, ended))]);
}
