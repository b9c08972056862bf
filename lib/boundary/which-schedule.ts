/** What a gate can say of an admitted request at once: whose it is, and which window it answers. Pure. */
import { type History, nextWindow } from "#lib/schedules/windows.ts";
import { type Instant, instant, SECOND } from "#lib/time/instant.ts";
import { attribute, type Candidate, type Candidates, type OpenWindow, openAt } from "./attribute.ts";
import type { ReportedDecision } from "./decision.ts";

interface Guards {
  readonly path: string | null;
  readonly schedules: readonly (Candidate & { readonly history: History; readonly rolling: boolean })[];
  readonly candidates: Candidates;
}

export interface Which {
  /** Its slug; `null` where it is not known, or may be any of several. */
  readonly schedule: string | null;
  /** The expected time that its run answers; `null` where nothing is expected now, or a person calls. */
  readonly window: Instant | null;
}

/** The expected time that the platform named, where there is such a window. */
function namedBy(decision: ReportedDecision, history: History): Instant | null {
  if (decision.window === null) return null;
  const second = Math.floor(decision.window / SECOND) * SECOND;
  const found = nextWindow(history, instant(second - 1));
  return found && found.expectedAt < second + SECOND && found.opensAt <= decision.at ? found.expectedAt : null;
}

/** Without what had run by then, which only the database knows: the nearest open window stands for it. */
export function whichSchedule(decision: ReportedDecision, { path, schedules, candidates }: Guards): Which {
  const open = ({ id }: Candidate): readonly OpenWindow[] => {
    const one = schedules.find((other) => other.id === id);
    // When a rolling window opened is said by its runs.
    if (!one || one.rolling) return [];
    return openAt(one.history, decision.at, null).map(({ expectedAt }) => ({ expectedAt, ran: false }));
  };
  const by = attribute(decision, candidates, { routePath: path, open });
  const found = by.schedules.length === 1 ? schedules.find((one) => one.id === by.schedules[0]) : undefined;
  if (!found) return { schedule: null, window: null };
  if (by.via !== "scheduler") return { schedule: found.slug, window: null };
  const [nearest] = [...open(found)].sort(
    (a, b) => Math.abs(a.expectedAt - decision.at) - Math.abs(b.expectedAt - decision.at),
  );
  return { schedule: found.slug, window: namedBy(decision, found.history) ?? nearest?.expectedAt ?? null };
}
