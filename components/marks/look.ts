/** How a verdict looks and what it is called: shape and word, never colour alone. */
import type { Cause, Status, Verdict } from "#lib/verdicts/verdict.ts";

/** One shape each. `rejected` is a missing run that was refused at the boundary. */
export type MarkName = Verdict | Status | "rejected";
export type Tone = "ok" | "late" | "running" | "bad" | "rejected" | "idle";

const TONES: Readonly<Record<MarkName, Tone>> = {
  on_time: "ok",
  late: "late",
  running: "running",
  failed: "bad",
  overrun: "bad",
  missing: "bad",
  rejected: "rejected",
  excused: "idle",
  blind: "idle",
  due: "idle",
  upcoming: "idle",
  new: "idle",
  paused: "idle",
  archived: "idle",
};

const WORDS: Readonly<Record<MarkName, string>> = {
  on_time: "On time",
  late: "Late",
  running: "Running",
  failed: "Failed",
  overrun: "Overrun",
  missing: "Missing",
  rejected: "Refused before the run",
  excused: "Excused",
  blind: "Blind: Rollcall was down",
  due: "Due",
  upcoming: "Expected",
  new: "New: nothing was due yet",
  paused: "Paused",
  archived: "Archived",
};

/** Beside a number, in a line of others. */
const SHORT: Readonly<Partial<Record<MarkName, string>>> = { rejected: "refused", blind: "blind", new: "new" };

export const toneOf = (name: MarkName): Tone => TONES[name];
export const wordOf = (name: MarkName): string => WORDS[name];
export const shortWordOf = (name: MarkName): string => SHORT[name] ?? WORDS[name].toLowerCase();

/** The mark of a window: a missing one whose cause is a refusal has its own. */
export const markOf = (window: { readonly verdict: Verdict; readonly cause?: Cause | undefined }): MarkName =>
  window.verdict === "missing" && window.cause === "rejected" ? "rejected" : window.verdict;

/** Text colour of a tone, as a utility. */
export const TONE_TEXT: Readonly<Record<Tone, string>> = {
  ok: "text-ok",
  late: "text-late",
  running: "text-running",
  bad: "text-bad",
  rejected: "text-rejected",
  idle: "text-idle",
};
export const TONE_SOFT: Readonly<Record<Tone, string>> = {
  ok: "bg-ok-soft",
  late: "bg-late-soft",
  running: "bg-running-soft",
  bad: "bg-bad-soft",
  rejected: "bg-rejected-soft",
  idle: "bg-idle-soft",
};

/** What is wrong first: the order in which screens list things. */
const ORDER: readonly MarkName[] = [
  "rejected",
  "missing",
  "failed",
  "overrun",
  "late",
  "running",
  "due",
  "blind",
  "excused",
  "paused",
  "on_time",
  "new",
  "upcoming",
  "archived",
];
export const rankOf = (name: MarkName): number => ORDER.indexOf(name);
export const MARKS: readonly MarkName[] = ORDER;

export const isBadMark = (name: MarkName): boolean =>
  name === "missing" || name === "rejected" || name === "failed" || name === "overrun";

/** Why a missing run is missing, in one sentence (domain.md, Verdict). */
const CAUSES: Readonly<Record<Cause, string>> = {
  lost: "The request was let in, and no run began.",
  rejected: "Refused at the boundary before a run began.",
  unreached: "The scheduler fired, and its request did not arrive.",
  not_fired: "The scheduler did not fire.",
  silent: "Nothing was heard: no attempt, no request at the boundary, no check-in.",
};
export const causeInWords = (cause: Cause): string => CAUSES[cause];
