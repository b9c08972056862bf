/** Why something was expected at a moment, or was not, and how far up the rungs it came (domain.md, Verdict). */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import { isRolling, type Subject } from "#lib/engine/subjects.ts";
import { answeredWell } from "#lib/evidence/attempt.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import type { Excuse } from "#lib/schedules/excuse.ts";
import { type Excuse as Excused, whyExpected } from "#lib/schedules/why.ts";
import { momentInWords } from "#lib/schedules/words.ts";
import { DAY, type Instant, instant, minus, toRfc3339 } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import type { JudgedWindow } from "#lib/verdicts/verdict.ts";
import { judgedIn } from "./judged.ts";
import { time, type WindowShape } from "./shapes.ts";
import { subjectOf, windowShapes } from "./windows.ts";

export interface Rung {
  readonly rung: "attempt" | "decision" | "run" | "outcome";
  readonly reached: boolean;
  readonly at?: string;
  readonly sentence: string;
}

export interface WhyShape {
  readonly at: string;
  readonly expected: boolean;
  /** Sentences, the weightiest first. */
  readonly because: readonly string[];
  readonly window?: WindowShape;
  readonly rungs: readonly Rung[];
}

const excusedAt = (excuse: Excuse): Excused =>
  excuse.kind === "person"
    ? { kind: "person", from: excuse.window, to: instant(excuse.window + 1), reason: excuse.reason ?? null }
    : { kind: excuse.kind, from: excuse.from, to: excuse.to, reason: excuse.reason ?? null };

const rung = (name: Rung["rung"], reached: boolean, sentence: string, at: Instant | null = null): Rung => ({
  rung: name,
  reached,
  ...(at === null ? {} : { at: toRfc3339(at) }),
  sentence,
});

function attemptRung(window: JudgedWindow, watched: boolean): Rung {
  const last = window.attempts[window.attempts.length - 1];
  if (last) {
    const said = answeredWell(last) ? "and was answered" : `and the answer was ${last.status ?? "none"}`;
    return rung("attempt", true, `The scheduler fired, ${said}.`, last.at);
  }
  if (window.decisions.length + window.runs.length > 0) {
    return rung("attempt", true, "Something came, so it was fired; no history of the scheduler is read.");
  }
  if (watched) return rung("attempt", false, "The scheduler's own history has no firing for this window.");
  return rung("attempt", false, "No firing is known: Rollcall does not read this scheduler's history.");
}

function decisionRung(window: JudgedWindow, route: string | null): Rung {
  const last = window.decisions[window.decisions.length - 1];
  if (last?.outcome === "admitted") return rung("decision", true, "The boundary let the request in.", last.at);
  if (last) {
    const why = (last.diagnosis ?? last.reason ?? "no reason was given").replace(/\.$/, "");
    return rung("decision", false, `The boundary refused the request: ${why}.`, last.at);
  }
  if (window.runs.length > 0) return rung("decision", true, "A run began, so nothing stopped it on its way.");
  return rung(
    "decision",
    false,
    route === null ? "It crosses no boundary that Rollcall knows." : "The boundary saw no request.",
  );
}

function runRungs(window: JudgedWindow): readonly Rung[] {
  const [first, last] = [window.runs[0], window.runs[window.runs.length - 1]];
  if (!first || !last) {
    return [rung("run", false, "No run came."), rung("outcome", false, "There is no outcome without a run.")];
  }
  const count = window.runs.length === 1 ? "A run came" : `${window.runs.length} runs came`;
  const late = first.startedAt > window.dueBy ? ", after the grace had ended" : "";
  const came = rung("run", true, `${count}${late}.`, first.startedAt);
  switch (last.outcome) {
    case "running":
      return [came, rung("outcome", false, "It has not finished.")];
    case "fail":
      return [came, rung("outcome", false, "It failed.", last.finishedAt)];
    case "success": {
      const long = window.verdict === "overrun" ? ", but took longer than its maximum" : "";
      return [came, rung("outcome", long === "", `It succeeded${long}.`, last.finishedAt)];
    }
  }
}

const rungsOf = (window: JudgedWindow, subject: Subject): readonly Rung[] => [
  attemptRung(window, subject.historyCovers.length > 0),
  decisionRung(window, subject.facts.route),
  ...runRungs(window),
];

/** The rolling window that was open at the moment: its expected time follows from the runs. */
function rollingAt(subject: Subject, at: Instant, now: Instant): JudgedWindow | null {
  const { windows } = judgedIn(subject, now, span(instant(0), instant(Number.MAX_SAFE_INTEGER)));
  return windows.findLast((window) => window.opensAt <= at) ?? null;
}

export async function viewWhy(
  ctx: Context,
  { slug, at }: { readonly slug: string; readonly at: Instant },
): Promise<Result<WhyShape>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const { now } = ctx;
  const read = await subjectOf(sql, slug, { now, from: minus(at, DAY) });
  if (!read.ok) return read;
  const subject = read.value;
  const why = whyExpected(subject.facts.history, subject.excuses.map(excusedAt), at);
  let { expected } = why;
  const because = [...why.because];
  let window: JudgedWindow | null = null;
  if (why.window) {
    const { expectedAt } = why.window;
    window = judgedIn(subject, now, span(expectedAt, instant(expectedAt + 1))).windows[0] ?? null;
  } else if (isRolling(subject.facts)) {
    window = rollingAt(subject, at, now);
    if (window) {
      expected = Math.floor(window.expectedAt / 1_000) === Math.floor(at / 1_000);
      because.push(
        `Its window was open since ${momentInWords(window.opensAt, window.version.timezone)} and expected by ${momentInWords(window.expectedAt, window.version.timezone)}`,
      );
    }
  }
  const [shape] = window ? await windowShapes(sql, subject, { windows: [window], now }) : [];
  return ok({
    at: time(at) ?? "",
    expected,
    because,
    ...(shape ? { window: shape } : {}),
    rungs: window ? rungsOf(window, subject) : [],
  });
}
