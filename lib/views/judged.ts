import { isRolling, judgeSubject, type Subject } from "#lib/engine/subjects.ts";
import type { Instant } from "#lib/time/instant.ts";
import { holds, type Span, span } from "#lib/time/span.ts";
import type { Judged } from "#lib/verdicts/judge.ts";

/**
 * The windows that are expected in a stretch, judged. Where a blind span has to be weighed, or windows follow from one
 * another (rolling), all from where the subject was read are judged, and the stretch is cut out.
 */
export function judgedIn(subject: Subject, now: Instant, stretch: Span): Judged {
  if (isRolling(subject.facts)) {
    const all = judgeSubject(subject, now);
    return { ...all, windows: all.windows.filter((window) => holds(stretch, window.expectedAt)) };
  }
  if (subject.blindSpans.length === 0 || subject.from >= stretch.from) return judgeSubject(subject, now, stretch);
  const all = judgeSubject(subject, now, span(subject.from, stretch.to));
  return { ...all, windows: all.windows.filter((window) => holds(stretch, window.expectedAt)) };
}
