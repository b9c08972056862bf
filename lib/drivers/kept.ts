/**
 * Connections that are kept from one question to the next, for as long as one round of readings lasts: the histories of a
 * hundred jobs of one scheduler are read over one connection. Only what changes nothing is asked over them: a question
 * whose connection turns out to be broken is asked once more, on a new one.
 */

interface Answered {
  readonly ok: boolean;
}

/** How a kind of connection is opened and used. */
export interface Way<C, F extends Answered> {
  open(): Promise<C>;
  /** Whether it can still be asked, as far as is known. */
  isWell(client: C): boolean;
  /** As it was when it was opened: nothing of one question reaches the next. */
  clean(client: C): Promise<void>;
  close(client: C): Promise<void>;
  /** What became of a question that threw. */
  failed(thrown: unknown): F;
}

interface Asking<C, A extends Answered, F extends Answered> {
  readonly config: object;
  readonly way: Way<C, F>;
  readonly work: (client: C) => Promise<A>;
}

interface Idle {
  readonly client: unknown;
  close(): Promise<void>;
}

export class Kept {
  readonly #idle = new Map<object, Idle>();

  /** Asks over the connection that is kept for this configuration, or over a new one, which is then kept. */
  async ask<C, A extends Answered, F extends Answered>(
    config: object,
    way: Way<C, F>,
    work: (client: C) => Promise<A>,
  ): Promise<A | F> {
    const idle = this.#idle.get(config);
    if (idle) {
      // Nobody else has it meanwhile.
      this.#idle.delete(config);
      // Kept by this very function, for the same configuration.
      const client = idle.client as C;
      const answer = await this.#askOver(client, { config, way, work });
      if (answer.ok || way.isWell(client)) return answer;
    }
    try {
      return await this.#askOver(await way.open(), { config, way, work });
    } catch (thrown) {
      return way.failed(thrown);
    }
  }

  async #askOver<C, A extends Answered, F extends Answered>(client: C, by: Asking<C, A, F>): Promise<A | F> {
    const { config, way, work } = by;
    let answer: A | F;
    try {
      answer = await work(client);
      if (answer.ok) {
        const cleaned = await way.clean(client).then(
          () => way.isWell(client) && !this.#idle.has(config),
          () => false,
        );
        if (cleaned) {
          this.#idle.set(config, { client, close: () => way.close(client) });
          return answer;
        }
      }
    } catch (thrown) {
      answer = way.failed(thrown);
    }
    await way.close(client);
    return answer;
  }

  /** Closes what is kept. */
  async end(): Promise<void> {
    const all = [...this.#idle.values()];
    this.#idle.clear();
    await Promise.all(all.map((one) => one.close()));
  }
}

/** Asks over a connection of its own where none is kept. */
export async function askOver<C, A extends Answered, F extends Answered>(
  kept: Kept | undefined,
  by: Asking<C, A, F>,
): Promise<A | F> {
  const { config, way, work } = by;
  if (kept) return kept.ask(config, way, work);
  let client: C | null = null;
  try {
    client = await way.open();
    return await work(client);
  } catch (thrown) {
    return way.failed(thrown);
  } finally {
    if (client !== null) await way.close(client);
  }
}
