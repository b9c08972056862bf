/** What `judge` is asked, and what it answers. */
import type { Decision } from "#lib/boundary/decision.ts";
import type { Attempt } from "#lib/evidence/attempt.ts";
import type { Run } from "#lib/evidence/run.ts";
import type { Excuse } from "#lib/schedules/excuse.ts";
import type { ExpectedWindow } from "#lib/schedules/spec.ts";
import type { History } from "#lib/schedules/windows.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import type { Excusing } from "./blind.ts";
import type { JudgedWindow, UnscheduledRun } from "./verdict.ts";

export interface JudgeInput {
  readonly history: History;
  /** All runs that may belong to a window of the span; the order does not matter. */
  readonly runs: readonly Run[];
  readonly attempts?: readonly Attempt[];
  readonly decisions?: readonly Decision[];
  /** The spans that a driver's history of attempts covers. */
  readonly historyCovers?: readonly Span[];
  readonly excuses?: readonly Excuse[];
  readonly blindSpans?: readonly Span[];
  readonly now: Instant;
  /** Windows whose `expectedAt` lies in it are judged. Default: from creation to the first window after `now`. */
  readonly span?: Span;
  /** The blind spans that excuse silence where the span begins (`Judged.excusing` of what came before). */
  readonly excusing?: Excusing;
  /** For a rolling schedule: the start that opened the first window to be judged. Default: creation. */
  readonly rollingOpenedAt?: Instant;
  /** For a rolling schedule: runs before that start are known from here on. Default: from creation. */
  readonly runsFrom?: Instant;
  /** The windows of the span, where the caller has them at hand (`layWindows`); not for a rolling schedule. */
  readonly laid?: LaidWindows;
}

/** The windows of a span, and how far they own the time around them. */
export interface LaidWindows {
  readonly windows: readonly ExpectedWindow[];
  /** No window comes before them: what starts before the first `opensAt` is unscheduled. */
  readonly areFirst: boolean;
  /** When the window after them opens; infinity: never. */
  readonly endsAt: number;
}

export interface Judged {
  /** By `expectedAt`, ascending. */
  readonly windows: readonly JudgedWindow[];
  readonly unscheduled: readonly UnscheduledRun[];
  readonly excusing: Excusing;
}
