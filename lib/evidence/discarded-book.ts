/** Gathers discarded check-ins in memory and writes them in the background: no answer waits for it. */
import { isDatabaseAway } from "#lib/db/away.ts";
import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { DAY, type Instant, type Millis } from "#lib/time/instant.ts";
import { type DiscardedCheckIn, type DiscardedGroup, groupKey, groupOf, joined } from "./discarded.ts";
import { addDiscarded, pruneDiscarded } from "./discarded-store.ts";

export interface DiscardedBook {
  note(one: DiscardedCheckIn): void;
  /** Writes what is gathered; what cannot be written now stays for the next time. Never rejects. */
  flush(): Promise<void>;
  /** Groups in memory. */
  readonly waiting: number;
}

export interface DiscardedBookOptions {
  readonly sql: Sql;
  /** `null` while it is not known: then everything waits. */
  readonly projectId: () => number | null;
  readonly now: () => Instant;
  /** After each writing. */
  readonly onWritten?: () => void;
  readonly onTrouble?: (thrown: unknown) => void;
}

/** "kept a week" (the table's comment), and so many groups at most, the newest. */
const KEEP_FOR: Millis = (7 * DAY) as Millis;
const KEEP_GROUPS = 5_000;
/** In memory; a sender of ever new addresses is counted in one group beyond it. */
const WAITING_AT_MOST = 5_000;
const WRITE_AT_ONCE = 1_000;
/** New groups between two prunings. */
const PRUNE_AFTER = 1_000;

export function discardedBook({ sql, projectId, now, onWritten, onTrouble }: DiscardedBookOptions): DiscardedBook {
  let waiting = new Map<string, DiscardedGroup>();
  let flushing: Promise<void> | null = null;
  let asked = false;
  let away = false;
  let written = PRUNE_AFTER; // so that the first writing prunes

  const add = (group: DiscardedGroup): void => {
    const key = groupKey(group);
    const known = waiting.get(key);
    if (known) return void waiting.set(key, joined(known, group));
    if (waiting.size < WAITING_AT_MOST) return void waiting.set(key, group);
    const others = { ...group, path: "(others)", slug: null };
    const same = waiting.get(groupKey(others));
    waiting.set(groupKey(others), same ? joined(same, others) : others);
  };

  const write = async (): Promise<void> => {
    const project = projectId();
    if (project === null) return;
    while (waiting.size > 0) {
      const taken = waiting;
      waiting = new Map();
      const rows = [...taken.values()].map((group) => ({ ...group, id: newId(now()) }));
      let done = 0;
      try {
        for (; done < rows.length; done += WRITE_AT_ONCE) {
          await addDiscarded(sql, { projectId: project, rows: rows.slice(done, done + WRITE_AT_ONCE) });
        }
        onWritten?.();
        written += rows.length;
        away = false;
        if (written >= PRUNE_AFTER) {
          await pruneDiscarded(sql, { projectId: project, now: now(), keepFor: KEEP_FOR, keep: KEEP_GROUPS });
          written = 0;
        }
      } catch (thrown) {
        away = isDatabaseAway(thrown);
        if (!away) onTrouble?.(thrown);
        // What the database refuses would be refused for ever: it was told above, and is let go.
        const lost = away ? 0 : WRITE_AT_ONCE;
        for (const { id: _, ...group } of rows.slice(done + lost)) add(group);
        if (away) return;
      }
    }
  };

  const flush = async (): Promise<void> => {
    flushing ??= (async () => {
      await null;
      try {
        await write();
      } catch (thrown) {
        onTrouble?.(thrown);
      } finally {
        flushing = null;
      }
    })();
    await flushing;
    // Noted in the moment between the last look and the end.
    if (waiting.size > 0 && !away && projectId() !== null) await flush();
  };

  return {
    get waiting() {
      return waiting.size;
    },
    note(one) {
      add(groupOf(one));
      // While the database is away, whoever calls `flush` from time to time tries again.
      if (asked || flushing || away) return;
      asked = true;
      setImmediate(() => {
        asked = false;
        void flush();
      });
    },
    flush,
  };
}
