/** What was told last, as frames of the stream of stale keys: numbered, gathered and bounded. */
import { type QueryKey, staleKeys } from "#lib/views/keys.ts";

/** What a reader gets who comes back: what it missed, or that nobody knows what it missed. */
export type Missed =
  | { readonly kind: "resumed"; readonly text: string }
  | { readonly kind: "reset"; readonly frame: string };

export interface Ring {
  /** `null`: none of the topics makes anything stale. */
  stale(topics: Iterable<string>): string | null;
  /** Everything may have gone stale: nobody listened for a while. */
  reset(): string;
  /** @param lastId the `Last-Event-ID` of a reader that comes back */
  since(lastId: string | null): Missed;
}

/** Beyond so many keys a screen asks for all of their names anyway. */
const NAMED_AT_MOST = 100;

/** One frame of the stream (WHATWG HTML, 9.2.5). */
export const frame = (event: string, data: object, id?: string): string =>
  `${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** What is stale by these topics, each key once; many of one name become that name alone. */
export function keysOf(topics: Iterable<string>): readonly QueryKey[] {
  const keys = new Map<string, QueryKey>();
  for (const topic of topics) for (const key of staleKeys(topic)) keys.set(JSON.stringify(key), key);
  const all = [...keys.values()];
  const names = new Set(all.filter((key) => key.length === 1).map(([name]) => name));
  if (all.length > NAMED_AT_MOST) for (const [name] of all) names.add(name);
  return [...[...names].map((name): QueryKey => [name]), ...all.filter(([name]) => !names.has(name))];
}

/**
 * @param epoch of this process: an id of another one says nothing here
 * @param most frames kept; a reader that missed more reads everything again
 * @param longest characters sent to one that comes back, likewise
 */
export function makeRing({
  epoch,
  most,
  longest,
}: {
  readonly epoch: string;
  readonly most: number;
  readonly longest: number;
}): Ring {
  const kept: string[] = [];
  let last = 0;
  const resetFrame = (): string => frame("reset", {}, `${epoch}.${last}`);
  const keep = (event: string, data: object): string => {
    last++;
    const told = frame(event, data, `${epoch}.${last}`);
    kept.push(told);
    if (kept.length > most) kept.shift();
    return told;
  };
  const numberOf = (id: string): number | null => {
    const [, of, digits] = /^([\w-]{1,64})\.(\d{1,15})$/.exec(id) ?? [];
    return of === epoch ? Number(digits) : null;
  };
  return {
    stale(topics) {
      const keys = keysOf(topics);
      return keys.length === 0 ? null : keep("stale", { keys });
    },
    reset: () => keep("reset", {}),
    since(lastId) {
      const seen = lastId === null ? null : numberOf(lastId);
      const missed = seen === null ? Number.POSITIVE_INFINITY : last - seen;
      if (missed < 0 || missed > kept.length) return { kind: "reset", frame: resetFrame() };
      const text = missed === 0 ? "" : kept.slice(-missed).join("");
      return text.length > longest ? { kind: "reset", frame: resetFrame() } : { kind: "resumed", text };
    },
  };
}
