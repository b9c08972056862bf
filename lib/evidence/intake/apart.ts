/** Stores check-ins although one of them may be what the database refuses: halves until it stands alone. */
import { isDatabaseAway } from "#lib/db/away.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import type { RecordBatch, Recorded } from "./pending.ts";

export type Fate =
  | Recorded
  /** Not tried, or the database went away. */
  | "unstored"
  | { readonly refused: unknown };

/** One fate for each, in their order. Never rejects. */
export async function recordApart(record: RecordBatch, items: readonly Incoming[]): Promise<Fate[]> {
  try {
    return [...(await record(items))];
  } catch (thrown) {
    if (isDatabaseAway(thrown)) return items.map(() => "unstored" as const);
    if (items.length === 1) return [{ refused: thrown }];
    const middle = items.length >> 1;
    const first = await recordApart(record, items.slice(0, middle));
    // Later ones of the same schedule must not overtake: once the database is away nothing more is tried.
    const rest = items.slice(middle);
    if (first.includes("unstored")) return [...first, ...rest.map(() => "unstored" as const)];
    return [...first, ...(await recordApart(record, rest))];
  }
}
