/** One connection of the process that hears what PostgreSQL is told by NOTIFY, and comes back when it is lost. */
import pg from "pg";
import { type Millis, millis } from "#lib/time/instant.ts";
import type { Sleep } from "#lib/time/sleep.ts";

export interface Listener {
  /** Whether it hears at this moment; whoever keeps a copy has to read anew after a time of not hearing. */
  isUp(): boolean;
  /** Resolves when the channel is listened to; at once while the connection is lost. Returns how to stop. */
  subscribe(channel: string, hear: (payload: string) => void): Promise<() => void>;
  /** After each connect, the first included when it is registered before; all channels are listened to by then. */
  onUp(act: () => void): () => void;
  onDown(act: () => void): () => void;
  stop(): Promise<void>;
}

export interface ListenerOptions {
  readonly connection: pg.ClientConfig;
  readonly sleep: Sleep;
  readonly onTrouble?: (thrown: unknown) => void;
}

const FIRST_PAUSE = millis(50);
const LONGEST_PAUSE = millis(5_000);

/** Resolves after the first attempt, heard or not; it goes on trying until it is stopped. */
export async function startListener({ connection, sleep, onTrouble }: ListenerOptions): Promise<Listener> {
  const channels = new Map<string, Set<(payload: string) => void>>();
  const ups = new Set<() => void>();
  const downs = new Set<() => void>();
  const stopping = new AbortController();
  let current: pg.Client | null = null;
  let pause: Millis = FIRST_PAUSE;

  const tell = (all: ReadonlySet<() => void>): void => {
    for (const act of all) {
      try {
        act();
      } catch (thrown) {
        onTrouble?.(thrown);
      }
    }
  };

  // A client of pg wants one question at a time.
  let asked: Promise<unknown> = Promise.resolve();
  const listenTo = (client: pg.Client, channel: string): Promise<unknown> => {
    const ask = () => client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    const answer = asked.then(ask, ask);
    asked = answer.catch(() => {});
    return answer;
  };

  const connect = async (): Promise<void> => {
    const client = new pg.Client({
      connectionTimeoutMillis: 10_000,
      ...connection,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    const lose = (thrown?: unknown): void => {
      if (thrown !== undefined && !stopping.signal.aborted) onTrouble?.(thrown);
      client.end().catch(() => {});
      if (current !== client) return;
      current = null;
      if (stopping.signal.aborted) return;
      tell(downs);
      void again();
    };
    client.on("error", lose); // without a listener it would end the process
    client.on("end", () => lose());
    client.on("notification", ({ channel, payload }) => {
      for (const hear of channels.get(channel) ?? []) {
        try {
          hear(payload ?? "");
        } catch (thrown) {
          onTrouble?.(thrown);
        }
      }
    });
    try {
      await client.connect();
      // Again, until none was subscribed to while the loop waited.
      for (const heard = new Set<string>(); heard.size < channels.size; ) {
        for (const channel of [...channels.keys()].filter((name) => !heard.has(name))) {
          await listenTo(client, channel);
          heard.add(channel);
        }
      }
    } catch (thrown) {
      client.end().catch(() => {});
      throw thrown;
    }
    if (stopping.signal.aborted) return void client.end().catch(() => {});
    current = client;
    pause = FIRST_PAUSE;
    tell(ups);
  };

  const again = async (): Promise<void> => {
    while (!stopping.signal.aborted && current === null) {
      try {
        await sleep(pause, stopping.signal);
        pause = millis(Math.min(LONGEST_PAUSE, pause * 2));
        await connect();
      } catch (thrown) {
        if (!stopping.signal.aborted) onTrouble?.(thrown);
      }
    }
  };

  try {
    await connect();
  } catch (thrown) {
    onTrouble?.(thrown);
    void again();
  }

  const registering = (all: Set<() => void>) => (act: () => void) => {
    all.add(act);
    return () => void all.delete(act);
  };
  return {
    isUp: () => current !== null,
    async subscribe(channel, hear) {
      const hearing = channels.get(channel) ?? new Set();
      channels.set(channel, hearing);
      hearing.add(hear);
      const client = current;
      // Lost meanwhile: the next connection listens to it too.
      if (client) await listenTo(client, channel).catch(() => {});
      return () => void hearing.delete(hear);
    },
    onUp: registering(ups),
    onDown: registering(downs),
    async stop() {
      stopping.abort();
      const client = current;
      current = null;
      await client?.end().catch(() => {});
    },
  };
}
