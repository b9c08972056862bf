import type { KnownIncident } from "#lib/incidents/store.ts";
import { previousWindow } from "#lib/schedules/windows.ts";
import { type Instant, minus, toMillis } from "#lib/time/instant.ts";
import { isRolling, type Subject } from "./subjects.ts";

/** A row is not looked for further back than over so many windows. */
const WINDOWS_AT_MOST = 300;

/**
 * From when on a schedule has to be judged for the row of bad windows that its present ones may stand in: what lies
 * between them and the older bad ones breaks the row where it was good. `null`: nothing older can matter.
 */
export function rowBegins(subject: Subject, known: KnownIncident): Instant | null {
  const { facts, from } = subject;
  if (facts.missThreshold === 1 || known.incident) return null;
  const older = known.badWindows
    .filter((row) => row.bad && row.incidentId === null && row.expectedAt < subject.expectedFrom)
    .sort((a, b) => b.expectedAt - a.expectedAt)
    .slice(0, facts.missThreshold - 1);
  const oldest = older[older.length - 1]?.expectedAt;
  if (oldest === undefined) return null;
  const spec = facts.history.versions.at(-1)?.spec;
  // A rolling window opened `every` before it was expected, or earlier where it was moved.
  if (isRolling(facts)) return spec?.kind === "rolling" ? minus(oldest, toMillis(spec.everySeconds)) : oldest;
  const before = previousWindow(facts.history, from);
  if (!before) return null;
  const floor = from - WINDOWS_AT_MOST * Math.max(1, from - before.expectedAt);
  return oldest < floor ? null : oldest;
}
