/** What a schedule shows of itself at a glance: its status and its next expected time. */
import { isRolling, judgeSubject, type Subject } from "#lib/engine/subjects.ts";
import { nextWindow, windowOwning } from "#lib/schedules/windows.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import { type JudgedWindow, STATUSES, type Status, type Verdict } from "#lib/verdicts/verdict.ts";
import { judgedIn } from "./judged.ts";

/** A status as a screen marks it: a missing run that was refused at the boundary has a mark of its own. */
export type StatusMark = Status | "rejected";
export const STATUS_MARKS = ["rejected", ...STATUSES] as const;

export interface Glance {
  readonly status: Status;
  readonly nextExpectedAt: Instant | null;
  /** The window that the status is of. */
  readonly window: JudgedWindow | null;
}

const pastOrDue = (window: JudgedWindow, now: Instant): boolean => window.opensAt <= now;

const asStatus = (verdict: Verdict | undefined): Status =>
  verdict === undefined || verdict === "upcoming" ? "new" : verdict;

/**
 * A rolling window is open from the moment of a start, long before it is due; until it is, the status is that of the
 * window that the start closed. So the subject must be read from before its last start.
 */
function rollingGlance(subject: Subject, now: Instant): Omit<Glance, "status"> & { readonly status: Status } {
  const { windows } = judgeSubject(subject, now);
  const open = windows[windows.length - 1];
  const closed = windows[windows.length - 2];
  const shown = open && (open.expectedAt <= now || open.verdict === "excused") ? open : closed;
  return { status: asStatus(shown?.verdict), nextExpectedAt: open?.expectedAt ?? null, window: shown ?? null };
}

/** The verdict of its newest window that is past or due, or `new`, `paused` (api.md, Shapes). */
export function glance(subject: Subject, at: { readonly now: Instant; readonly paused: boolean }): Glance {
  const { now } = at;
  const { history } = subject.facts;
  const archived = history.archivedAt != null;
  let seen: Glance;
  if (isRolling(subject.facts)) seen = rollingGlance(subject, now);
  else {
    const owner = windowOwning(history, now);
    const judged = owner ? judgedIn(subject, now, span(owner.expectedAt, instant(owner.expectedAt + 1))).windows : [];
    const window = judged.find((one) => pastOrDue(one, now)) ?? null;
    const next = nextWindow(history, now);
    seen = { status: asStatus(window?.verdict), nextExpectedAt: next?.expectedAt ?? null, window };
  }
  if (archived) return { ...seen, status: "archived", nextExpectedAt: null };
  return at.paused ? { ...seen, status: "paused" } : seen;
}
