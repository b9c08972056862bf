/** How far up the four rungs a window came (domain.md, The idea), by its evidence. */
import type { ListedWindow } from "#components/api/shapes.ts";
import type { MarkName } from "./look.ts";

export interface RungShown {
  readonly rung: "attempt" | "decision" | "run" | "outcome";
  readonly name: string;
  readonly mark: MarkName;
  readonly words: string;
  /** RFC 3339. */
  readonly at: string | null;
  /** Where it ended. */
  readonly stopped: boolean;
  /** Never reached, or nothing is known of it. */
  readonly faint: boolean;
}

type Told = Omit<RungShown, "rung" | "name">;

const faint = (words: string): Told => ({ mark: "due", words, at: null, stopped: false, faint: true });
const well = (words: string, at: string | null = null): Told => ({
  ...{ mark: "on_time", words, at, stopped: false, faint: false },
});
const ended = (mark: MarkName, words: string, at: string | null = null): Told => ({
  ...{ mark, words, at, stopped: true, faint: false },
});

const isAhead = ({ verdict }: ListedWindow): boolean => verdict === "upcoming" || verdict === "due";

function attempt(window: ListedWindow): Told {
  const last = window.attempts.at(-1);
  if (window.cause === "not_fired") return ended("missing", "The scheduler did not fire");
  if (window.cause === "unreached") return ended("missing", "Fired, and its request did not arrive", last?.at ?? null);
  if (last) return well("Scheduler fired", last.at);
  if (window.decisions.length > 0) return well("Scheduler fired");
  if (window.runs.length > 0) return well("Fired, as its run shows");
  if (isAhead(window)) return faint("No firing yet");
  return window.cause === "silent" ? ended("missing", "Silent: no firing is known") : faint("No firing is known");
}

function decision(window: ListedWindow): Told {
  const scheduled = window.decisions.filter(({ via }) => via === "scheduler");
  const last = scheduled.at(-1) ?? window.decisions.at(-1);
  if (last?.outcome === "rejected" && window.runs.length === 0)
    return ended("rejected", "Boundary refused it", last.at);
  if (window.cause === "rejected") return ended("rejected", "Boundary refused it");
  if (last?.outcome === "admitted") return well("Boundary let it in", last.at);
  return faint(window.runs.length > 0 ? "No boundary was in its way" : "No request was seen at a boundary");
}

function run(window: ListedWindow): Told {
  const first = window.runs[0];
  if (first) {
    const late = window.dueBy !== undefined && first.startedAt > window.dueBy;
    if (late) return { mark: "late", words: "Run began late", at: first.startedAt, stopped: false, faint: false };
    return well(window.runs.length > 1 ? `${window.runs.length} runs began` : "Run began", first.startedAt);
  }
  if (isAhead(window)) return faint("Run is awaited");
  if (window.cause === "lost") return ended("missing", "Let in, and no run began");
  return faint("Run never began");
}

function outcome(window: ListedWindow): Told {
  const last = window.runs.at(-1);
  if (!last) return faint("No outcome");
  switch (last.outcome) {
    case "running":
      if (window.verdict === "overrun") return ended("overrun", "Running past its limit");
      return { mark: "running", words: "Still running", at: null, stopped: false, faint: false };
    case "fail": {
      const status = last.exitStatus === null ? "" : `, exit status ${last.exitStatus}`;
      return ended("failed", `Failed${status}`, last.finishedAt);
    }
    case "success":
      if (window.verdict === "overrun") return ended("overrun", "Succeeded, past its limit", last.finishedAt);
      return well("Succeeded", last.finishedAt);
  }
}

export const rungsOf = (window: ListedWindow): readonly RungShown[] => [
  { rung: "attempt", name: "Attempt", ...attempt(window) },
  { rung: "decision", name: "Decision", ...decision(window) },
  { rung: "run", name: "Run", ...run(window) },
  { rung: "outcome", name: "Outcome", ...outcome(window) },
];
