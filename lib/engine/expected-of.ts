/**
 * What is expected of the schedules behind routes, remembered by their versions: a version never changes, so a copy is
 * right for as long as the schedule has that version, and thousands of decisions a second read none of it anew.
 */
import type pg from "pg";
import { sqlOf } from "#lib/db/transaction.ts";
import { loadFacts } from "#lib/schedules/facts-store.ts";
import type { History } from "#lib/schedules/windows.ts";

export interface Expected {
  readonly history: History;
  /** The cron expression of its present version, where it has one. */
  readonly expression: string | null;
  readonly rolling: boolean;
}

const REMEMBERED = 20_000;
/** Of each pool: the tests of one process have several. */
const remembered = new WeakMap<pg.Pool, Map<string, Expected>>();

/** By the ids of the schedules; one that is gone is left out. */
export async function expectedOf(
  pool: pg.Pool,
  schedules: readonly { readonly id: string; readonly version: number }[],
): Promise<ReadonlyMap<string, Expected>> {
  const cache = remembered.get(pool) ?? new Map<string, Expected>();
  remembered.set(pool, cache);
  const keyOf = (one: { readonly id: string; readonly version: number }): string => `${one.id}/${one.version}`;
  const missing = schedules.filter((one) => !cache.has(keyOf(one)));
  const facts = await loadFacts(
    sqlOf(pool),
    missing.map((one) => one.id),
  );
  const found = new Map<string, Expected>();
  for (const one of missing) {
    const its = facts.get(one.id);
    const spec = its?.history.versions.at(-1)?.spec;
    if (!its || !spec) continue;
    const expected: Expected = {
      history: its.history,
      expression: spec.kind === "cron" ? spec.expression : null,
      rolling: its.history.versions.some((version) => version.spec.kind === "rolling"),
    };
    found.set(one.id, expected);
    // Read a moment later it may be of a newer version already: then it is remembered under that one.
    const number = its.history.versions.at(-1)?.number ?? one.version;
    cache.set(keyOf({ id: one.id, version: number }), expected);
  }
  for (const one of schedules) {
    const its = cache.get(keyOf(one));
    if (its) found.set(one.id, its);
  }
  for (const oldest of cache.keys()) {
    if (cache.size <= REMEMBERED) break;
    cache.delete(oldest);
  }
  return found;
}
