/** Which windows of a schedule are fired when it is looked at, and which are left out. Pure. */
import { type Instant, type Millis, millis, minus, SECOND, toRfc3339 } from "#lib/time/instant.ts";

export interface DueWindow {
  readonly expectedAt: Instant;
  readonly dueBy: Instant;
  /** Paused or in maintenance at its time: nothing is fired, and nobody misses it. */
  readonly excused: boolean;
}

export type LeftOutReason = "missed_while_down" | "too_late" | "overlap";

/** A window that is not fired, and why. */
export interface LeftOut {
  readonly expectedAt: Instant;
  readonly reason: LeftOutReason;
  /** Begins with a capital letter and ends with a full stop. */
  readonly sentence: string;
}

export interface Due {
  readonly fire: readonly Instant[];
  readonly leftOut: readonly LeftOut[];
}

/** So late a window still counts as fired at its time: an engine that is restarted misses nothing. */
const STILL_ON_TIME: Millis = millis(5 * SECOND);

const SENTENCES: Readonly<Record<LeftOutReason, string>> = {
  missed_while_down: "Rollcall was not there to fire it.",
  too_late: "Rollcall came to it only after its grace had ended.",
  overlap: "Not fired, since the run before it was still under way.",
};

export const leftOut = (expectedAt: Instant, reason: LeftOutReason): LeftOut => ({
  expectedAt,
  reason,
  sentence: SENTENCES[reason],
});

/**
 * The windows that came since the schedule was last looked at. What an engine that is there comes to is fired as long as
 * it is inside its grace. What was missed while none was there is run once (the newest that is still inside its grace)
 * or skipped, as the schedule chooses.
 * @param windows ascending; all are expected at `now` or before it
 */
export function dueNow(
  windows: readonly DueWindow[],
  by: {
    readonly now: Instant;
    /** Since when an engine has been there without a break. */
    readonly upSince: Instant;
    readonly catchUp: "run" | "skip";
  },
): Due {
  const { now, upSince, catchUp } = by;
  const fire: Instant[] = [];
  const out: LeftOut[] = [];
  const missed: DueWindow[] = [];
  for (const window of windows) {
    if (window.excused) continue;
    const onTime = window.expectedAt >= minus(now, STILL_ON_TIME);
    if (!onTime && window.expectedAt < upSince) missed.push(window);
    else if (onTime || now <= window.dueBy) fire.push(window.expectedAt);
    else out.push(leftOut(window.expectedAt, "too_late"));
  }
  // Once, however many were missed; and not at all where one is due by itself at this very moment.
  const last = missed.at(-1);
  const runs = catchUp === "run" && fire.length === 0 && last !== undefined && now <= last.dueBy ? last : null;
  for (const window of missed) {
    if (window === runs) fire.push(window.expectedAt);
    else out.push(leftOut(window.expectedAt, "missed_while_down"));
  }
  return { fire, leftOut: out.sort((a, b) => a.expectedAt - b.expectedAt) };
}

/** What the overlap policy of a target says of a firing whose time has come. */
export function overlapping(by: {
  readonly policy: "allow" | "skip" | "wait";
  /** An earlier run is under way, or an earlier firing waits. */
  readonly underWay: boolean;
  readonly now: Instant;
  /** Of its window; `null`: it names none. */
  readonly dueBy: Instant | null;
}): "fire" | "wait" | "leave_out" {
  if (!by.underWay || by.policy === "allow") return "fire";
  if (by.policy === "skip") return "leave_out";
  // It waits inside its window: what would begin after that is missed, and waiting on would only pile up.
  return by.dueBy === null || by.now <= by.dueBy ? "wait" : "leave_out";
}

/** What `Rollcall-Scheduled-For` says of a window. */
export const scheduledFor = (window: Instant): string => toRfc3339(window);
