import type pg from "pg";
import { type Topic, tellDeadline, tellStale } from "#lib/db/tell.ts";
import { sqlOf } from "#lib/db/transaction.ts";

export interface StoredNotices {
  note(scheduleIds: readonly string[], deadline: boolean): void;
  /** To be called often: sends what was noted. Never rejects; a notice that is lost costs a screen a second look. */
  flush(): void;
}

/** More than so many schedules in one notice: all of them. */
const NAMED_AT_MOST = 50;

/**
 * Tells screens, and the engines of other processes, what recording stored. Apart from its commit, and some at a time: a
 * notice in every commit would cost more than the commit.
 */
export function tellStored(pool: pg.Pool): StoredNotices {
  let noted = new Set<string>();
  let deadline = false;
  return {
    note(scheduleIds, moved) {
      for (const id of scheduleIds) noted.add(id);
      deadline ||= moved;
      if (moved) this.flush();
    },
    flush() {
      if (noted.size === 0 && !deadline) return;
      const ids = [...noted];
      const moved = deadline;
      noted = new Set();
      deadline = false;
      const topics: Topic[] = ids.length > NAMED_AT_MOST ? ["schedules"] : ids.map((id): Topic => `runs/${id}`);
      const sql = sqlOf(pool);
      Promise.all([tellStale(sql, topics), moved ? tellDeadline(sql) : null]).catch(() => {});
    },
  };
}
