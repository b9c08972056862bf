import type pg from "pg";
import { type Topic, tellDeadline, tellStale } from "#lib/db/tell.ts";
import { sqlOf } from "#lib/db/transaction.ts";
import { slugsOf } from "#lib/schedules/store.ts";

export interface StoredNotices {
  /** @param moved whether engines of other processes have to hear that a deadline came closer: that is told at once */
  note(scheduleIds: readonly string[], moved: boolean): void;
  /** To be called soon after: tells screens what was noted. Never rejects; a lost notice costs a screen a second look. */
  flush(): Promise<void>;
}

/** More than so many schedules in one notice: all of them. */
const NAMED_AT_MOST = 50;

/**
 * Tells screens, and the engines of other processes, what recording stored. Apart from its commit, and some at a time: a
 * notice in every commit would cost more than the commit.
 */
export function tellStored(pool: pg.Pool): StoredNotices {
  const sql = sqlOf(pool);
  let noted = new Set<string>();
  const topicsOf = async (ids: readonly string[]): Promise<Topic[]> =>
    ids.length > NAMED_AT_MOST ? ["schedules"] : (await slugsOf(sql, ids)).map((slug): Topic => `schedules/${slug}`);
  return {
    note(scheduleIds, moved) {
      for (const id of scheduleIds) noted.add(id);
      if (moved) void tellDeadline(sql).catch(() => {});
    },
    async flush() {
      if (noted.size === 0) return;
      const ids = [...noted];
      noted = new Set();
      await topicsOf(ids)
        .then((topics) => tellStale(sql, topics))
        .catch(() => {});
    },
  };
}
