/** The runs of a stretch that nobody expected, which belong to no window. */
import type { Subject } from "#lib/engine/subjects.ts";
import type { StoredRun } from "#lib/evidence/store.ts";
import type { Instant } from "#lib/time/instant.ts";
import { holds, type Span } from "#lib/time/span.ts";
import type { JudgedWindow } from "#lib/verdicts/verdict.ts";
import { placeRuns } from "./place.ts";
import { time } from "./shapes.ts";

const shape = ({ id, startedAt, finishedAt, outcome }: StoredRun) => ({
  ...{ id, outcome, startedAt: time(startedAt) ?? "", finishedAt: time(finishedAt) },
});
export type UnscheduledShape = ReturnType<typeof shape>;

/**
 * Those that start in the stretch, oldest first; of more than `most` the newest. What windows that were judged own is
 * left out without a question: only the others may belong to a window beside the stretch, or to none.
 */
export function unscheduledIn(
  subject: Subject,
  asked: {
    readonly windows: readonly JudgedWindow[];
    readonly within: Span;
    readonly now: Instant;
    readonly most: number;
  },
): readonly UnscheduledShape[] {
  const owned = new Set(asked.windows.flatMap(({ runs }) => runs.map(({ id }) => id)));
  const others = subject.runs.filter(({ id, startedAt }) => holds(asked.within, startedAt) && !owned.has(id));
  if (others.length === 0) return [];
  const places = placeRuns(subject, others, asked.now);
  return others
    .filter(({ id }) => places.get(id)?.unscheduled === true)
    .sort((a, b) => a.startedAt - b.startedAt)
    .slice(-asked.most)
    .map(shape);
}
