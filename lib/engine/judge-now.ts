/**
 * Judges schedules within the transaction of whatever changed about them.
 *
 * 1. Lock their states: nobody else judges them until the end.
 * 2. Read, judge, follow, store (`settle.ts`).
 * 3. Leave the question why, where a window of a route with a probe turned missing in silence (`ask-silence.ts`).
 * 4. Wake the acceleration that waits for a run in one of these windows.
 * 5. Tell the engines that a deadline may have moved, and the screens what went stale. NOTIFY goes out with the commit.
 * A crash before the commit leaves nothing.
 */
import { wakeByRuns } from "#lib/accelerations/store.ts";
import { askWhy, type Question } from "#lib/boundary/probe-question-store.ts";
import type { Sql } from "#lib/db/sql.ts";
import { type Topic, tellAccelerate, tellDeadline, tellStale } from "#lib/db/tell.ts";
import { type KnownIncident, loadKnown } from "#lib/incidents/store.ts";
import { setAside } from "#lib/schedules/state-store.ts";
import { versionAt, windowOwning } from "#lib/schedules/windows.ts";
import { HOUR, type Instant, minus, SECOND } from "#lib/time/instant.ts";
import { hourOf } from "#lib/verdicts/rollup.ts";
import { markStale } from "#lib/verdicts/rollup-store.ts";
import { rowBegins } from "./reach-back.ts";
import { type Settled, type SettledSummary, settle, storeSettled } from "./settle.ts";
import { isRolling, judgeSubject, loadSubjects, type Subject } from "./subjects.ts";

export interface JudgeAt {
  readonly now: Instant;
  /** Where the change reaches back further than what may still change by itself: from when on to judge. */
  readonly from?: Instant | ReadonlyMap<string, Instant>;
}

interface Read {
  readonly subjects: Map<string, Subject>;
  readonly known: Map<string, KnownIncident>;
}

const NOTHING: SettledSummary = { opened: 0, resolved: 0, changedIncidents: [] };

export async function judgeNow(sql: Sql, scheduleIds: readonly string[], at: JudgeAt): Promise<SettledSummary> {
  const ids = [...new Set(scheduleIds)].sort();
  if (ids.length === 0) return NOTHING;
  const { now } = at;
  const broken = new Map<string, unknown>();
  const read = async (some: readonly string[], from: JudgeAt["from"], lock: boolean): Promise<Read> => {
    const asked = { now, lock, ...(from === undefined ? {} : { from }) };
    const found = await loadSubjects(sql, some, { ...asked, onBroken: (id, thrown) => broken.set(id, thrown) });
    const wanted = [...found.values()].map((subject) => ({ scheduleId: subject.facts.id, from: subject.from }));
    return { subjects: found, known: await loadKnown(sql, wanted) };
  };
  const { subjects, known } = await read(ids, at.from, true);
  const anew = countedAnew(at, subjects);
  const begins = new Map<string, Instant>();
  for (const [id, subject] of subjects) {
    const row = known.get(id);
    const begin = row ? rowBegins(subject, row) : null;
    if (begin !== null) begins.set(id, begin);
  }
  if (begins.size > 0) {
    const further = await read([...begins.keys()], begins, false);
    for (const [id, subject] of further.subjects) subjects.set(id, subject);
    for (const [id, one] of further.known) known.set(id, one);
  }
  const settled: Settled[] = [];
  for (const subject of subjects.values()) {
    const incident = known.get(subject.facts.id);
    if (!incident) continue;
    try {
      const one = settle(subject, judgeSubject(subject, now), { known: incident, now });
      const archived = subject.facts.history.archivedAt != null;
      settled.push(archived ? { ...one, state: { ...one.state, nextDeadline: null } } : one);
    } catch (thrown) {
      broken.set(subject.facts.id, thrown);
    }
  }
  // One schedule whose judging throws is set aside and shown, and stops no other.
  for (const [scheduleId, thrown] of broken) {
    await setAside(sql, { scheduleId, now, because: thrown instanceof Error ? thrown.message : String(thrown) });
  }
  const summary = await storeSettled(sql, settled, now);
  await askWhy(sql, silentOnes(settled, now), now);
  await markStale(sql, anew);
  const ran = withTemporaryRuns(settled, now);
  if (ran.length > 0 && (await wakeByRuns(sql, ran, now))) await tellAccelerate(sql);
  await tellDeadline(sql);
  await tellStale(sql, staleTopics([...subjects.values()], summary));
  return summary;
}

/** Schedules that are accelerated now, with runs in windows of the temporary spec: these may confirm it, or use it up. */
const withTemporaryRuns = (settled: readonly Settled[], now: Instant): string[] =>
  settled.flatMap(({ subject: { facts }, temporaryRuns }) =>
    temporaryRuns && versionAt(facts.history, now)?.acceleration ? [facts.id] : [],
  );

/** A window that turned missing longer ago is not explained by what answers now. */
const ASKED_WITHIN = HOUR;

/** The windows that turned missing in silence just now, of schedules that cross a route. */
const silentOnes = (settled: readonly Settled[], now: Instant): Question[] =>
  settled.flatMap(({ subject: { facts, findings }, outcome }) =>
    outcome.badWindows.flatMap(({ bad, cause, expectedAt, since }) =>
      facts.route !== null && bad && cause === "silent" && now - since < ASKED_WITHIN && !findings.has(expectedAt)
        ? [{ scheduleId: facts.id, expectedAt, route: facts.route }]
        : [],
    ),
  );

/**
 * Hours that may be rolled up already and were judged anew: from the change on, and that of the window which it may
 * have changed though it was expected earlier. What changes by itself is known to the roll-ups.
 */
function countedAnew(
  at: JudgeAt,
  subjects: ReadonlyMap<string, Subject>,
): { scheduleId: string; from: Instant; to: Instant }[] {
  const hour = hourOf(at.now);
  const last = minus(hour, SECOND);
  return [...subjects].flatMap(([scheduleId, subject]) => {
    const from = typeof at.from === "object" ? at.from.get(scheduleId) : at.from;
    if (from === undefined) return [];
    const owner = isRolling(subject.facts)
      ? subject.expectedFrom
      : (windowOwning(subject.facts.history, from)?.expectedAt ?? from);
    return [
      ...(owner < hour && owner < from ? [{ scheduleId, from: owner, to: owner }] : []),
      ...(from < hour ? [{ scheduleId, from, to: last }] : []),
    ];
  });
}

/** Beyond so many schedules a screen reads all of them again anyway. */
const NAMED_AT_MOST = 50;

function staleTopics(subjects: readonly Subject[], summary: SettledSummary): Topic[] {
  const schedules: Topic[] =
    subjects.length > NAMED_AT_MOST
      ? ["schedules"]
      : subjects.map((subject): Topic => `schedules/${subject.facts.slug}`);
  return summary.changedIncidents.length > 0 ? [...schedules, "incidents"] : schedules;
}
