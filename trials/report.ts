/** What a trial says: figures, findings, and a last line that tells whether it passed. */
import { randomInt } from "node:crypto";

/** How a trial says that it cannot run here. */
export const SKIPPED = 77;

export class Report {
  readonly #name: string;
  readonly #began = performance.now();
  readonly #wrong: string[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  figure(name: string, value: number | string): void {
    console.log(`  ${name}: ${value}`);
  }

  /** Something that must hold, with what was found where it does not. */
  check(holds: boolean, what: string, found: () => string = () => ""): void {
    if (holds) {
      console.log(`  ✓ ${what}`);
      return;
    }
    this.#wrong.push(what);
    const more = found();
    console.log(`  ✗ ${what}${more ? `\n      ${more.slice(0, 20_000).replaceAll("\n", "\n      ")}` : ""}`);
  }

  get failed(): boolean {
    return this.#wrong.length > 0;
  }

  /** Prints the last line and sets the exit code. */
  end(summary: string): void {
    const took = ((performance.now() - this.#began) / 1_000).toFixed(1);
    console.log(`${this.#name}: ${this.failed ? `FAILED: ${this.#wrong.join("; ")}` : summary}, in ${took} s`);
    process.exitCode = this.failed ? 1 : 0;
  }
}

/** Runs a trial, and whatever happens cleans up after it; a signal cleans up too. */
export async function runTrial(trial: () => Promise<void>, cleanUp: () => Promise<void>): Promise<void> {
  // Whoever reads this may stop reading; the cleaning up is done all the same.
  process.stdout.on("error", () => {});
  let cleaned: Promise<void> | null = null;
  const once = (): Promise<void> => {
    cleaned ??= cleanUp();
    return cleaned;
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => void once().finally(() => process.exit(name === "SIGINT" ? 130 : 143)));
  }
  process.on("uncaughtException", (thrown) => {
    console.log(thrown.stack ?? thrown.message);
    void once().finally(() => process.exit(1));
  });
  try {
    await trial();
  } catch (thrown) {
    console.log(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
    process.exitCode = 1;
  } finally {
    await once();
  }
  // What a trial opened to a server that was killed may still be waiting for its time-out.
  process.exit();
}

export interface Chance {
  readonly seed: number;
  /** 0 ≤ x < 1. */
  next(): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
}

/** Chance that can be had again: mulberry32 from a seed. */
export function chanceOf(seed: number = randomInt(2 ** 31)): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    seed,
    next,
    whole,
    pick: <T>(list: readonly T[]): T => {
      const picked = list[whole(0, list.length - 1)];
      if (picked === undefined) throw new Error("nothing to pick from");
      return picked;
    },
  };
}

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

/** The number that a trial was given, else its default. */
export function argument(fallback: number, position = 2): number {
  const told = process.argv[position];
  const value = told === undefined ? fallback : Number(told);
  if (!Number.isFinite(value) || value < 0) throw new Error(`"${told}" is no number`);
  return value;
}
