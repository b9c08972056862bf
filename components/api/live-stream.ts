/** Follows `GET /api/v1/live`, and comes back when it is cut off. Runs in a page or in a worker that pages share. */
import type { QueryKey } from "#lib/views/keys.ts";

/** What a page hears. `up`: from now on it is told what goes stale. `down`: it is not, and has to ask from time to time. */
export type Heard =
  | { readonly kind: "up" }
  | { readonly kind: "down" }
  | { readonly kind: "all" }
  | { readonly kind: "stale"; readonly keys: readonly QueryKey[] };

export interface LiveStream {
  /** Tries at once, where it waits to try again. */
  again(): void;
  stop(): void;
}

export interface LiveStreamOptions {
  readonly url: string;
  readonly hear: (heard: Heard) => void;
  readonly fetch?: typeof globalThis.fetch;
  /** 0 to 1: so that not every browser comes back at the same moment. */
  readonly chance?: () => number;
}

/** A beat comes every 15 s: what is silent for so long is dead (ms). */
const SILENT_AT_MOST = 40_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

interface Told {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

/** The events in what has come so far, and what is left of the last one (WHATWG HTML, 9.2.6, as our server writes it). */
export function eventsIn(text: string): { readonly events: readonly Told[]; readonly rest: string } {
  const blocks = text.split("\n\n");
  const rest = blocks.pop() ?? "";
  const events = blocks.flatMap((block): Told[] => {
    const fields = new Map<string, string>();
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ""));
    }
    const event = fields.get("event");
    return event === undefined ? [] : [{ id: fields.get("id") ?? null, event, data: fields.get("data") ?? "" }];
  });
  return { events, rest };
}

/** The keys of a `stale` event; `null` where it cannot be read. */
function keysIn(data: string): readonly QueryKey[] | null {
  try {
    const { keys } = JSON.parse(data) as { readonly keys?: unknown };
    return Array.isArray(keys) ? (keys as readonly QueryKey[]) : null;
  } catch {
    return null;
  }
}

export function followLive(options: LiveStreamOptions): LiveStream {
  const { url, hear, fetch = globalThis.fetch.bind(globalThis), chance = Math.random } = options;
  let lastId: string | null = null;
  let isUp: boolean | null = null;
  let pause = FIRST_PAUSE;
  let stopped = false;
  let current: AbortController | null = null;
  let wake: (() => void) | null = null;

  const turn = (up: boolean): void => {
    if (isUp === up) return;
    isUp = up;
    hear({ kind: up ? "up" : "down" });
  };

  const take = ({ id, event, data }: Told): void => {
    if (id !== null) lastId = id;
    if (event === "deaf") turn(false);
    if (event === "resumed" || event === "reset") {
      pause = FIRST_PAUSE;
      turn(true);
    }
    const keys = event === "stale" ? keysIn(data) : null;
    if (keys) hear({ kind: "stale", keys });
    // What cannot be read may have said anything.
    else if (event === "reset" || event === "stale") hear({ kind: "all" });
  };

  /** Resolves or rejects when it is over. */
  const follow = async (cut: AbortController): Promise<void> => {
    let silent: ReturnType<typeof setTimeout> | undefined;
    const heardOf = (): void => {
      clearTimeout(silent);
      silent = setTimeout(() => cut.abort(), SILENT_AT_MOST);
    };
    try {
      heardOf();
      const headers = lastId === null ? {} : { "last-event-id": lastId };
      const response = await fetch(url, { headers, cache: "no-store", signal: cut.signal });
      const reader = response.body?.getReader();
      if (!response.ok || !reader) {
        // Signed out, or stopping: nobody reads what it says.
        cut.abort();
        return;
      }
      const decoder = new TextDecoder();
      for (let text = ""; ; ) {
        const { done, value } = await reader.read();
        if (done) return;
        heardOf();
        const { events, rest } = eventsIn(text + decoder.decode(value, { stream: true }));
        text = rest;
        for (const one of events) take(one);
      }
    } finally {
      clearTimeout(silent);
    }
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      current = new AbortController();
      await follow(current).catch(() => {});
      if (stopped) return;
      turn(false);
      const length = pause * (0.5 + chance() / 2);
      pause = Math.min(LONGEST_PAUSE, pause * 2);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, length);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = null;
    }
  };
  void run();
  return {
    again() {
      pause = FIRST_PAUSE;
      wake?.();
    },
    stop() {
      stopped = true;
      current?.abort();
      wake?.();
    },
  };
}
