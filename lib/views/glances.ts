/**
 * How schedules stand, remembered for as long as nothing of them can have changed: a list of thousands that is asked
 * for every few seconds judges only those that had evidence since, or whose time came.
 */
import type { Sql } from "#lib/db/sql.ts";
import { loadSubjects, type Subject } from "#lib/engine/subjects.ts";
import { type Runtime, runtime } from "#lib/runtime.ts";
import type { LaneRow } from "#lib/schedules/lane-store.ts";
import { isPaused } from "#lib/schedules/paused.ts";
import { nextWindow } from "#lib/schedules/windows.ts";
import { type Instant, instant, MINUTE } from "#lib/time/instant.ts";
import { glance, type StatusMark } from "./status.ts";

export interface Standing {
  readonly status: StatusMark;
  readonly nextExpectedAt: Instant | null;
}

/** What says whether an answer about a schedule still holds. */
export interface Memo {
  readonly seq: number;
  readonly version: number;
  readonly paused: boolean;
  readonly readAt: Instant;
  /** The first moment at which it may stand otherwise with no further evidence. */
  readonly until: number;
}

interface Remembered extends Standing, Memo {}

/** Nothing is believed for longer: an excuse for all schedules, or a blind span, is told to none of them. */
const BELIEVED = 5 * MINUTE;
export const AT_ONCE = 500;
const REMEMBERED_AT_MOST = 100_000;

/** A memory of a process, which forgets all when it holds too much. */
export function memoryOf<T>(): () => Map<string, T> {
  const memory = new WeakMap<Runtime, Map<string, T>>();
  return () => {
    const of = runtime();
    let map = memory.get(of);
    if (!map) {
      map = new Map();
      memory.set(of, map);
    }
    if (map.size > REMEMBERED_AT_MOST) map.clear();
    return map;
  };
}

const remembered = memoryOf<Remembered>();

/** Whether nothing has come since, nothing was edited, and no time has come at which it may be otherwise. */
export const holds = (one: Memo, row: LaneRow, now: Instant): boolean =>
  one.seq === row.seq &&
  one.version === row.version &&
  one.paused === isPaused(row, now) &&
  one.readAt <= now &&
  now < one.until;

/** When a schedule may stand otherwise: a verdict turns, the next window opens, or an excuse begins or ends. */
export function until(subject: Subject, now: Instant, changesAt: Instant | null): number {
  let first = now + BELIEVED;
  const soon = (at: number | null | undefined): void => {
    if (at != null && at > now && at < first) first = at;
  };
  soon(changesAt);
  const next = nextWindow(subject.facts.history, now);
  soon(next?.opensAt);
  soon(next?.expectedAt);
  for (const excuse of subject.excuses) {
    if (excuse.kind === "person") continue;
    soon(excuse.from);
    soon(excuse.to);
  }
  return first;
}

/** How these lanes stand now, by id; those of which nothing can be said are left out. */
export async function standingsOf(sql: Sql, rows: readonly LaneRow[], now: Instant): Promise<Map<string, Standing>> {
  const known = remembered();
  const found = new Map<string, Standing>();
  const missing: LaneRow[] = [];
  for (const row of rows) {
    const one = known.get(row.id);
    if (one !== undefined && holds(one, row, now)) found.set(row.id, one);
    else missing.push(row);
  }
  for (let start = 0; start < missing.length; start += AT_ONCE) {
    const some = missing.slice(start, start + AT_ONCE);
    const subjects = await loadSubjects(
      sql,
      some.map(({ id }) => id),
      {
        now,
        // One earlier: a rolling window was opened by the start before its last run's own.
        from: new Map(some.flatMap(({ id, lastRunAt }) => (lastRunAt === null ? [] : [[id, instant(lastRunAt - 1)]]))),
        onBroken: () => {},
      },
    );
    for (const row of some) {
      const subject = subjects.get(row.id);
      if (!subject) continue;
      const paused = isPaused(row, now);
      const { status, nextExpectedAt, window } = glance(subject, { now, paused });
      const mark: StatusMark = status === "missing" && window?.cause === "rejected" ? "rejected" : status;
      const standing: Remembered = {
        ...{ status: mark, nextExpectedAt, seq: row.seq, version: row.version, paused, readAt: now },
        until: until(subject, now, window?.changesAt ?? null),
      };
      known.set(row.id, standing);
      found.set(row.id, standing);
    }
  }
  return found;
}
