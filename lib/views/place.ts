/** To which window each run of a schedule belongs, by judging the windows that these runs may belong to. */
import { isRolling, judgeSubject, type Subject } from "#lib/engine/subjects.ts";
import type { StoredRun } from "#lib/evidence/store.ts";
import { windowOwning } from "#lib/schedules/windows.ts";
import { earliest, type Instant, instant, latest } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import type { Judged } from "#lib/verdicts/judge.ts";
import { judgedIn } from "./judged.ts";
import type { Place } from "./shapes.ts";

const NOWHERE: Place = { windowExpectedAt: null, windowNamed: null, unscheduled: false, doubleFire: false };

/** From when on a schedule has to be read for its runs to be placed: a name may reach back before the run's start. */
export const readFrom = (run: StoredRun): Instant =>
  // One earlier: a rolling window was opened by the start before the run's own.
  instant(earliest(run.startedAt, run.namedWindow ?? run.startedAt) - 1);

const second = (at: Instant): number => Math.floor(at / 1_000);

/** The places of runs by what was judged. */
export function placesIn(judged: Judged, runs: readonly StoredRun[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const window of judged.windows) {
    for (const run of window.runs) {
      const matched = run.namedWindow !== null && second(run.namedWindow) === second(window.expectedAt);
      places.set(run.id, {
        windowExpectedAt: window.expectedAt,
        windowNamed: run.namedWindow === null ? null : matched ? "matched" : "not_matched",
        unscheduled: false,
        doubleFire: window.doubleFire,
      });
    }
  }
  for (const { run } of judged.unscheduled) places.set(run.id, { ...NOWHERE, unscheduled: true });
  for (const run of runs) {
    const place = places.get(run.id) ?? NOWHERE;
    const named = run.namedWindow === null ? null : (place.windowNamed ?? "not_matched");
    places.set(run.id, { ...place, windowNamed: named });
  }
  return places;
}

/** The stretch of windows that these runs may belong to. */
function stretchOf(subject: Subject, runs: readonly StoredRun[]): Span {
  const { history } = subject.facts;
  let [from, to]: [Instant | null, Instant | null] = [null, null];
  for (const run of runs) {
    const owner = windowOwning(history, run.startedAt)?.expectedAt ?? run.startedAt;
    const first = earliest(owner, run.namedWindow ?? owner);
    from = from === null ? first : earliest(from, first);
    to = to === null ? owner : latest(to, owner);
  }
  const begin = from ?? history.createdAt;
  return span(begin, instant((to ?? begin) + 1));
}

export function placeRuns(subject: Subject, runs: readonly StoredRun[], now: Instant): Map<string, Place> {
  if (runs.length === 0) return new Map();
  if (isRolling(subject.facts)) return placesIn(judgeSubject(subject, now), runs);
  const places = placesIn(judgedIn(subject, now, stretchOf(subject, runs)), runs);
  for (const run of runs) {
    // Before the first window there is none that owns it: unscheduled (domain.md, Run and check-in).
    const place = places.get(run.id);
    if (place && place.windowExpectedAt === null && windowOwning(subject.facts.history, run.startedAt) === null) {
      places.set(run.id, { ...place, unscheduled: true });
    }
  }
  return places;
}
