/** A world in which a test moves the clock, and answers what is sent. */
import type { World } from "../src/world.ts";
import { NOW } from "./samples.ts";

export interface Sent {
  readonly url: string;
  readonly authorization: string | null;
  readonly items: readonly Record<string, unknown>[];
}

export class TestWorld implements World {
  time = NOW;
  readonly sent: Sent[] = [];
  /** What the next requests are answered with; an error is a network that fails. */
  answer: number | "away" | "hangs" = 202;
  #timers: { readonly act: () => void; readonly at: number }[] = [];
  #ids = 0;

  now(): number {
    return this.time;
  }

  later(act: () => void, ms: number) {
    const timer = { act, at: this.time + ms };
    this.#timers.push(timer);
    return { cancel: () => (this.#timers = this.#timers.filter((one) => one !== timer)) };
  }

  get timers(): number {
    return this.#timers.length;
  }

  /** Moves the clock, lets what is due happen, and what follows from it settle. */
  async pass(ms: number): Promise<void> {
    this.time += ms;
    const due = this.#timers.filter(({ at }) => at <= this.time);
    this.#timers = this.#timers.filter(({ at }) => at > this.time);
    for (const { act } of due) act();
    for (let i = 0; i < 20; i++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }

  uuid(): string {
    return `00000000-0000-4000-8000-${String(++this.#ids).padStart(12, "0")}`;
  }

  fetch: typeof fetch = async (url, init) => {
    if (this.answer === "hangs") return new Promise(() => {});
    const { items } = JSON.parse(String(init?.body)) as { items: Record<string, unknown>[] };
    this.sent.push({ url: String(url), authorization: new Headers(init?.headers).get("authorization"), items });
    if (this.answer === "away") throw new TypeError("fetch failed");
    return new Response(null, { status: this.answer });
  };
}
