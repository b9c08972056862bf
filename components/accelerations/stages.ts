/** How far an acceleration has come, as a screen tells it. Pure. */
import type { Acceleration, AccelerationStep } from "#components/api/accelerations.ts";
import type { WireSpec } from "#components/api/shapes.ts";
import { lengthText } from "#components/time/length.ts";

const ONE: Readonly<Record<number, string>> = { 60: "minute", 3600: "hour", 86400: "day" };

/** `0 2 * * *`, `every minute`: short enough to stand on both sides of an arrow. */
export function specInShort(spec: WireSpec): string {
  switch (spec.kind) {
    case "cron":
      return spec.expression;
    case "interval":
      return `every ${ONE[spec.everySeconds] ?? lengthText(spec.everySeconds)}`;
    case "rolling":
      return `within ${lengthText(spec.everySeconds)}`;
    case "at":
      return `once, ${spec.at.slice(0, 16).replace("T", " ")} UTC`;
  }
}

/** Within a sentence: an expression between backticks. */
const quoted = (spec: WireSpec): string =>
  spec.kind === "cron" ? `\`${specInShort(spec)}\`` : `“${specInShort(spec)}”`;

/** How it stands, in one word or two. */
export type Standing =
  /** Asked for, and not read back yet. */
  | "applying"
  | "running"
  /** Its end is known, and the original is being put back. */
  | "reverting"
  | "revert_failing"
  /** Somebody else has changed it, and a person has to choose. */
  | "drifted"
  | "kept"
  | "ended";

type Stands = Pick<Acceleration, "state" | "endedAt" | "failures">;

const last = (steps: readonly AccelerationStep[], step: RegExp): AccelerationStep | null =>
  steps.findLast((one) => step.test(one.step)) ?? null;

const REVERT = /^(reverting|revert_failed|reverted)$/;
const KEPT = /^keep_theirs$/;

export function standingOf({ state, endedAt, failures }: Stands): Standing {
  switch (state) {
    case "requested":
      return "applying";
    case "applied":
      return "running";
    case "reverted":
      return "ended";
    case "drifted":
      return endedAt === null ? "drifted" : "kept";
    default:
      return failures > 0 ? "revert_failing" : "reverting";
  }
}

/** The temporary spec is in force, or may be: it counts down. */
export const isUnderWay = ({ endedAt }: Pick<Acceleration, "endedAt">): boolean => endedAt === null;

export type StageState = "done" | "now" | "bad" | "ahead";

export interface Stage {
  readonly name: "Requested" | "Applied" | "Confirmed" | "Expired" | "Cancelled" | "Failed" | "Reverted" | "Drifted";
  readonly state: StageState;
  readonly at: string | null;
  readonly words: string;
}

const runs = (many: number): string => (many === 1 ? "1 run" : `${many} runs`);

const ENDS = { confirmed: "Confirmed", expired: "Expired", cancelled: "Cancelled", failed: "Failed" } as const;

function endStage({ outcome, state, runsSeen, runsConfirmed, confirmedRunsWanted, steps }: Acceleration): Stage {
  if (outcome !== null) {
    const step = last(steps, new RegExp(`^${outcome}$`));
    const words = step?.detail ?? `${runsConfirmed} of ${runs(runsSeen)} succeeded.`;
    return { name: ENDS[outcome], state: outcome === "confirmed" ? "done" : "bad", at: step?.at ?? null, words };
  }
  if (state !== "applied") {
    const by = confirmedRunsWanted === 1 ? "By its first good run." : `By its first ${confirmedRunsWanted} good runs.`;
    return { name: "Confirmed", state: "ahead", at: null, words: by };
  }
  const seen = runsSeen === 0 ? "No run yet" : `${runs(runsSeen)} so far`;
  const words = `${seen}, ${runsConfirmed} of ${confirmedRunsWanted} confirmed.`;
  return { name: "Confirmed", state: "now", at: null, words };
}

function revertStage(one: Acceleration): Stage {
  const { steps, standIn } = one;
  const step = last(steps, REVERT);
  const at = step?.at ?? null;
  const original = quoted(one.originalSpec);
  switch (standingOf(one)) {
    case "ended":
      return { name: "Reverted", state: "done", at, words: step?.detail ?? `${original} is read back.` };
    case "kept":
      return { name: "Drifted", state: "done", at, words: last(steps, KEPT)?.detail ?? "Theirs stands." };
    case "drifted": {
      const drifted = last(steps, /^drifted$/);
      return {
        name: "Drifted",
        state: "bad",
        at: drifted?.at ?? null,
        words: drifted?.detail ?? "Nothing is overwritten.",
      };
    }
    case "revert_failing":
      return { name: "Reverted", state: "bad", at, words: "It cannot be put back yet; it is tried again and again." };
    case "reverting":
      return { name: "Reverted", state: "now", at: null, words: `${original} is being put back.` };
    default:
      return {
        ...{ name: "Reverted", state: "ahead", at: null },
        words: standIn ? "To revert is to stop calling." : `${original} comes back by itself.`,
      };
  }
}

function applyStage({ steps, state, temporarySpec }: Acceleration): Stage {
  const applied = last(steps, /^applied$/);
  if (applied) return { name: "Applied", state: "done", at: applied.at, words: applied.detail };
  const temporary = quoted(temporarySpec);
  if (state !== "requested") return { name: "Applied", state: "bad", at: null, words: "It never was." };
  const failed = last(steps, /^apply_failed$/);
  return { name: "Applied", state: "now", at: null, words: failed?.detail ?? `${temporary} is being set.` };
}

/** The four stages that every acceleration goes through. */
export function stagesOf(one: Acceleration): readonly Stage[] {
  const words = `By ${one.requestedBy}; ${quoted(one.originalSpec)} is kept.`;
  return [
    { name: "Requested", state: "done", at: one.requestedAt, words },
    applyStage(one),
    endStage(one),
    revertStage(one),
  ];
}

const TOLD: Readonly<Record<Standing, string>> = {
  applying: "being applied",
  running: "running",
  reverting: "putting the original back",
  revert_failing: "cannot be put back",
  drifted: "drifted: a person has to choose",
  kept: "drifted, theirs was kept",
  ended: "over",
};

/** How it stands in a list: where it is over, which road it took. */
export function inWords(one: Stands & Pick<Acceleration, "outcome">): string {
  const standing = standingOf(one);
  return standing === "ended" && one.outcome !== null ? one.outcome : TOLD[standing];
}

const pad = (many: number): string => String(many).padStart(2, "0");

/** What is left, to the second: `4:09`, `1:02:03`; `0:00` when it is over. */
export function countdown(to: number, now: number): string {
  const left = Math.max(0, Math.ceil((to - now) / 1_000));
  const [hours, minutes, seconds] = [Math.floor(left / 3_600), Math.floor(left / 60) % 60, left % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${minutes}:${pad(seconds)}`;
}
