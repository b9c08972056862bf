/**
 * What a driver is: how Rollcall reads, sets and fires the jobs of one kind of scheduler. One file a scheduler, one line
 * in the register, one conformance test over all. Pure types; what reaches out is handed in as `World`.
 */
import type { Spec } from "#lib/schedules/spec.ts";
import type { Clock } from "#lib/time/clock.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { AnyConfig, Fields } from "./fields.ts";
import type { Kept } from "./kept.ts";

/** What a scheduler holds of one job. */
export interface Held {
  readonly spec: Spec;
  /** An IANA zone. */
  readonly timezone: string;
  /** As it stands there, word for word: what is compared, put back, and shown to whoever has to do it by hand. */
  readonly native: string;
  readonly enabled: boolean;
}

export interface DriverProblem {
  /**
   * `unreachable`: nobody answered; whether what was asked took effect is not known. `refused`: it answered and would
   * not. `not_found`: it has no such job. `changed`: it holds something else than was said, and nothing was written.
   * `cannot`: this scheduler never can.
   */
  readonly kind: "unreachable" | "refused" | "not_found" | "changed" | "cannot";
  /** Begins with a capital letter and ends with a full stop; holds no secret. */
  readonly sentence: string;
  /** Of `changed`: what it holds. */
  readonly holds?: Held;
}

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: DriverProblem };

/** A schedule that the scheduler has, as a proposal for the registry. */
export interface Proposal {
  /** The job there. */
  readonly ref: string;
  readonly slug: string;
  readonly name: string;
  readonly held: Held;
  /** What a person should know before taking it. */
  readonly notes: readonly string[];
}

/** That the scheduler fired, by its own history. */
export interface FiredThere {
  /** The same in every reading, as `at` is: attempts are stored once by them. A UUID, or any text of which one is made. */
  readonly id: string;
  /** The `id` that `fire` was asked with, where it was Rollcall that had it fired: that attempt is stored already. */
  readonly firedAs?: string;
  readonly at: Instant;
  readonly scheduledFor: Instant | null;
  readonly outcome: "answered" | "refused" | "no_answer" | "answer_unknown";
  readonly status: number | null;
  readonly latencyMs: number | null;
  readonly error: string | null;
}

/** A run that the scheduler's history tells of: where it knows how it ended, no check-in is needed. */
export interface RanThere {
  /** The same in every reading. */
  readonly id: string;
  readonly startedAt: Instant;
  /** `null`: it is under way. */
  readonly finishedAt: Instant | null;
  readonly outcome: "success" | "fail" | null;
  readonly window: Instant | null;
  readonly log: string | null;
}

/** A piece of a scheduler's history. */
export interface Reading {
  readonly attempts: readonly FiredThere[];
  readonly runs: readonly RanThere[];
  /** Handed in at the next reading, as it is; JSON. */
  readonly cursor: unknown;
  /** The history has no hole from there (`null`: from the last reading) up to here. */
  readonly coversFrom: Instant | null;
  readonly coversTo: Instant;
}

/** What reaches out, handed in. */
export interface World {
  readonly clock: Clock;
  /** For `attempts` alone: connections that the next reading takes over. */
  readonly kept?: Kept;
}

/** One kind of scheduler. `Config` is its connection: options and secrets, opened. */
export interface Driver<Config> {
  readonly kind: string;
  /** As it is called on the screen. */
  readonly label: string;
  /** What a connection of this kind may be told: API, form and `Config` follow from it. */
  readonly fields: Fields;
  /** What a job is called there, for whoever has to write `ref` by hand; begins with a small letter. */
  readonly refWords: string;
  /** Sentences: what its platform cannot do, and what that means (no compare and swap, no history, no firing by hand). */
  readonly cannot: readonly string[];
  /** What does not fit together in a connection, by field. */
  combined?(config: Config): readonly { readonly path: string; readonly message: string }[];
  /** Proposes registry entries. */
  discover?(config: Config, world: World): Promise<Answer<readonly Proposal[]>>;
  /** What it holds now. */
  read?(config: Config, ref: string, world: World): Promise<Answer<Held>>;
  /**
   * Puts `put` where `instead` stands, and answers what it then reads back. Reads directly before it writes, and
   * compares and swaps where its platform can: where something else stands, it answers `changed` and writes nothing.
   */
  apply?(
    config: Config,
    asked: { readonly ref: string; readonly put: Pick<Held, "spec" | "timezone"> | Held; readonly instead: Held },
    world: World,
  ): Promise<Answer<Held>>;
  /** What happened since the cursor; `null` at the first time. */
  attempts?(
    config: Config,
    asked: { readonly ref: string; readonly cursor: unknown },
    world: World,
  ): Promise<Answer<Reading>>;
  /**
   * Fires one run now, for a window where its platform can be told of one. `ran`: the run that it made, where the
   * scheduler's own history will not tell of it.
   */
  fire?(
    config: Config,
    asked: { readonly ref: string; readonly window: Instant | null; readonly id: string },
    world: World,
  ): Promise<Answer<{ readonly namesWindow: boolean; readonly ran?: RanThere }>>;
}

/** A driver of whichever kind. Its methods are given the connection that its own fields describe. */
export type AnyDriver = Driver<AnyConfig>;

/** What the saga needs to hold a schedule's lever, whoever fires it. */
export interface Lever {
  read(): Promise<Answer<Held>>;
  /** As `Driver.apply`; a `put` that has `native` is put back word for word. */
  apply(asked: { readonly put: Pick<Held, "spec" | "timezone"> | Held; readonly instead: Held }): Promise<Answer<Held>>;
}

/** Whether two are the same job as it stands there. */
export const sameHeld = (a: Held, b: Held): boolean => a.native === b.native && a.enabled === b.enabled;
