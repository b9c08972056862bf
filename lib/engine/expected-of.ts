/**
 * What is expected of the schedules behind routes, remembered by their versions and the accelerations over them: neither
 * changes, so a copy is right for as long as the schedule has both, and thousands of decisions a second read none of it
 * anew.
 */
import type pg from "pg";
import { sqlOf } from "#lib/db/transaction.ts";
import { writtenVersion } from "#lib/schedules/accelerated.ts";
import { loadFacts } from "#lib/schedules/facts-store.ts";
import type { History } from "#lib/schedules/windows.ts";

export interface Expected {
  readonly history: History;
  /** The cron expression of its present version, where it has one. */
  readonly expression: string | null;
  readonly rolling: boolean;
}

interface Known {
  readonly id: string;
  readonly version: number;
  /** Raised when an acceleration is laid over its versions, and when one ends. */
  readonly accelerated: number;
}

const REMEMBERED = 20_000;
/** Of each pool: the tests of one process have several. */
const remembered = new WeakMap<pg.Pool, Map<string, Expected>>();

/** By the ids of the schedules; one that is gone is left out. */
export async function expectedOf(pool: pg.Pool, schedules: readonly Known[]): Promise<ReadonlyMap<string, Expected>> {
  const cache = remembered.get(pool) ?? new Map<string, Expected>();
  remembered.set(pool, cache);
  const keyOf = (one: Known): string => `${one.id}/${one.version}/${one.accelerated}`;
  const missing = schedules.filter((one) => !cache.has(keyOf(one)));
  const facts = await loadFacts(
    sqlOf(pool),
    missing.map((one) => one.id),
  );
  const found = new Map<string, Expected>();
  for (const one of missing) {
    const its = facts.get(one.id);
    const newest = its?.history.versions.at(-1);
    if (!its || !newest) continue;
    // A platform quotes the expression that it was given, not one of which it knows nothing.
    const { spec } = writtenVersion(newest);
    const expected: Expected = {
      history: its.history,
      expression: spec.kind === "cron" ? spec.expression : null,
      rolling: its.history.versions.some((version) => version.spec.kind === "rolling"),
    };
    found.set(one.id, expected);
    // Read a moment later it may be of a newer version already: then it is remembered under that one.
    cache.set(keyOf({ id: one.id, version: newest.number, accelerated: one.accelerated }), expected);
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
