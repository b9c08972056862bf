/**
 * What judging a schedule leaves behind, as one transaction has to store it: bad windows, the incident and its events,
 * messages, and the next deadline. Pure up to `storeSettled`.
 *
 * 1. judge: the verdicts since where it was judged last.
 * 2. follow: what they do to its incident.
 * 3. storeSettled: outages, incidents, windows, events, outbox, state. A crash before the commit leaves nothing of it,
 *    and the deadline brings the schedule back.
 */

import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { answeredWell } from "#lib/evidence/attempt.ts";
import { follow, type IncidentCause, type Outcome } from "#lib/incidents/lifecycle.ts";
import { type OutageReason, outageReason } from "#lib/incidents/outage.ts";
import { joinOutages, resolveEmptyOutages } from "#lib/incidents/outage-store.ts";
import { tellIncidents, tellOutages } from "#lib/incidents/outbox-store.ts";
import { sentenceOf } from "#lib/incidents/sentence.ts";
import {
  type EventWrite,
  type IncidentWrite,
  type KnownIncident,
  takeNumbers,
  writeBadWindows,
  writeEvents,
  writeIncidents,
} from "#lib/incidents/store.ts";
import { type JudgedState, writeStates } from "#lib/schedules/state-store.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Judged } from "#lib/verdicts/judge.ts";
import { isRolling, type Subject } from "./subjects.ts";

export interface Settled {
  readonly subject: Subject;
  readonly known: KnownIncident;
  readonly outcome: Outcome;
  readonly state: JudgedState;
  /** Runs came in windows that the temporary spec of an acceleration expected. */
  readonly temporaryRuns: boolean;
}

/** When a schedule has to be judged again, and from where. */
export function stateAfter(
  subject: Subject,
  judged: Judged,
  now: Instant,
): Omit<JudgedState, "resolvedAt" | "lastRunAt"> {
  const { facts } = subject;
  const rolling = isRolling(facts);
  let nextDeadline: Instant | null = null;
  let judgedThrough: Instant | null = null;
  for (const window of judged.windows) {
    if (window.changesAt === null) continue;
    if (nextDeadline === null || window.changesAt < nextDeadline) nextDeadline = window.changesAt;
    const start = rolling && window.version.spec.kind === "rolling" ? window.opensAt : window.expectedAt;
    if (judgedThrough === null || start < judgedThrough) judgedThrough = start;
  }
  return { scheduleId: facts.id, nextDeadline, judgedThrough: judgedThrough ?? now };
}

/**
 * Whether the scheduler itself was let in after a moment; an attempt that was answered well is one that was, where no
 * gate tells of it.
 */
const schedulerAdmittedSince = ({ facts: { state }, attempts }: Subject, at: Instant): boolean =>
  (state.admittedAt !== null && state.admittedAt > at) ||
  (state.admittedAt === null && attempts.some((one) => answeredWell(one) && one.at > at));

/** Judging and following of one schedule. */
export function settle(
  subject: Subject,
  judged: Judged,
  given: { readonly known: KnownIncident; readonly now: Instant },
): Settled {
  const { facts } = subject;
  const { known, now } = given;
  const outcome = follow(
    {
      policy: facts,
      incident: known.incident,
      badWindows: known.badWindows,
      resolvedAt: facts.state.resolvedAt,
      admittedSince: (at) => schedulerAdmittedSince(subject, at),
    },
    judged.windows,
    { now, from: subject.expectedFrom },
  );
  const resolved = outcome.steps.some((step) => step.kind === "resolved");
  const lastRun = subject.runs.reduce<Instant | null>(
    (last, run) => (last === null || run.startedAt > last ? run.startedAt : last),
    null,
  );
  return {
    subject,
    known,
    outcome,
    state: { ...stateAfter(subject, judged, now), resolvedAt: resolved ? now : null, lastRunAt: lastRun },
    temporaryRuns: judged.windows.some(({ version, runs }) => version.acceleration !== undefined && runs.length > 0),
  };
}

const RESOLUTION = {
  recovered: "Recovered: its runs come again.",
  healed: "None of its windows is bad any more.",
} as const;

const CAUSE_WORDS: Readonly<Record<IncidentCause, string>> = {
  silent: "nothing was heard",
  not_fired: "the scheduler did not fire",
  unreached: "the request did not arrive",
  rejected: "refused at the boundary",
  lost: "let in, but no run began",
  failed: "a run failed",
  overrun: "a run overran its limit",
  late: "a run was late",
  double_fire: "fired twice",
};

interface Change {
  readonly settled: Settled;
  readonly write: Omit<IncidentWrite, "number" | "outageId">;
  readonly kind: "opened" | "changed" | "resolved" | "quiet";
  readonly opened: boolean;
  readonly outage: OutageReason | null;
}

function changeOf(settled: Settled, now: Instant): Change | null {
  const { outcome, known, subject } = settled;
  const { facts } = subject;
  const open = outcome.steps.find((step) => step.kind === "opened");
  if (!known.incident && !open) return null;
  const incidentId = known.incident?.id ?? newId(now);
  const resolved = outcome.steps.find((step) => step.kind === "resolved");
  const before = known.incident;
  const worsened = outcome.steps.some((step) => step.kind === "worsened");
  const newCause = outcome.steps.some((step) => step.kind === "new_cause");
  const waits = outcome.steps.some((step) => step.kind === "waits_for_scheduler");
  const found = outcome.steps.some((step) => step.kind === "found");
  const recovering = before ? outcome.recovering.join() !== before.recovering.join() : false;
  if (
    before &&
    !resolved &&
    !worsened &&
    !newCause &&
    !waits &&
    !found &&
    !recovering &&
    outcome.badWindows.length === 0
  )
    return null;
  const rows = new Map(known.badWindows.map((row) => [row.expectedAt, row]));
  for (const row of outcome.badWindows) rows.set(row.expectedAt, row);
  const listed = [...rows.values()].filter((row) =>
    open ? open.windows.includes(row.expectedAt) : row.incidentId === incidentId,
  );
  const since = open?.since ?? before?.since ?? now;
  const timezone = facts.history.versions.at(-1)?.timezone ?? "UTC";
  const told = { slug: facts.slug, timezone, since, diagnosis: outcome.diagnosis };
  return {
    settled,
    opened: open !== undefined,
    kind: open ? "opened" : resolved ? "resolved" : newCause ? "changed" : "quiet",
    outage: outageReason({ cause: outcome.cause, reason: outcome.reason, route: facts.route, driver: facts.driver }),
    write: {
      id: incidentId,
      scheduleId: facts.id,
      route: facts.route,
      sentence: sentenceOf({ ...told, cause: outcome.cause, windows: listed }),
      cause: outcome.cause,
      reason: outcome.reason,
      diagnosis: outcome.diagnosis,
      since,
      openedAt: before?.openedAt ?? now,
      resolvedAt: resolved ? now : null,
      resolution: resolved ? RESOLUTION[resolved.because] : null,
      recovering: outcome.recovering,
      goodBefore: open?.goodBefore ?? before?.goodBefore ?? [],
      waiting: waits || (before?.waiting ?? false),
    },
  };
}

function eventsOf(change: Change, now: Instant): EventWrite[] {
  const event = (kind: string, text: string): EventWrite => ({
    id: newId(now),
    incidentId: change.write.id,
    at: now,
    kind,
    actor: null,
    text,
  });
  const events: EventWrite[] = [];
  for (const step of change.settled.outcome.steps) {
    switch (step.kind) {
      case "opened":
        events.push(event("opened", change.write.sentence));
        break;
      case "new_cause":
        events.push(event("cause", `New cause: ${CAUSE_WORDS[change.write.cause ?? "silent"]}.`));
        break;
      case "found":
        events.push(event("found", change.write.diagnosis ?? ""));
        break;
      case "waits_for_scheduler":
        events.push(
          event("waiting", "Runs come again, but not by the scheduler: it waits until the scheduler is let in."),
        );
        break;
      case "resolved":
        events.push(event("resolved", RESOLUTION[step.because]));
        break;
      // Each further window stands in the incident's list; an event for each would drown the others.
      case "worsened":
        break;
    }
  }
  return events;
}

export interface SettledSummary {
  readonly opened: number;
  readonly resolved: number;
  readonly changedIncidents: readonly string[];
}

/** Stores what was settled, in the caller's transaction; see the head of this file for the order. */
export async function storeSettled(sql: Sql, all: readonly Settled[], now: Instant): Promise<SettledSummary> {
  const changes = all.flatMap((settled) => changeOf(settled, now) ?? []);
  const outages = await joinOutages(
    sql,
    changes.flatMap((change) => (change.outage && change.write.resolvedAt === null ? [change.outage] : [])),
    { now, makeId: () => newId(now) },
  );
  const numbers = await takeNumbers(sql, changes.filter((change) => change.opened).length);
  const writes: IncidentWrite[] = [];
  for (const change of changes) {
    const number = change.opened ? (numbers.shift() ?? 0) : (change.settled.known.incident?.number ?? 0);
    const joined = change.outage ? outages.get(change.outage.key)?.id : undefined;
    writes.push({ ...change.write, number, outageId: joined ?? change.settled.known.incident?.outageId ?? null });
  }
  await writeIncidents(sql, writes);
  const joins = new Map<string, ReadonlySet<Instant>>();
  for (const change of changes) {
    const step = change.settled.outcome.steps.find((one) => one.kind === "opened");
    if (step) joins.set(change.write.id, new Set(step.windows));
  }
  const idOf = new Map(changes.map((change) => [change.settled, change.write.id]));
  await writeBadWindows(
    sql,
    all.flatMap((settled) => {
      const incidentId = idOf.get(settled);
      const joined = incidentId === undefined ? undefined : joins.get(incidentId);
      // Rows that stood alone until now join the incident that they open.
      const rows = new Map(settled.outcome.badWindows.map((row) => [row.expectedAt, row]));
      if (joined)
        for (const row of settled.known.badWindows)
          if (joined.has(row.expectedAt) && !rows.has(row.expectedAt)) rows.set(row.expectedAt, row);
      return [...rows.values()].map((row) => ({
        scheduleId: settled.subject.facts.id,
        window: joined?.has(row.expectedAt) && incidentId !== undefined ? { ...row, incidentId } : row,
      }));
    }),
  );
  await writeEvents(
    sql,
    changes.flatMap((change) => eventsOf(change, now)),
  );
  // An outage before its incidents: who is told of it as one need not be told of each.
  // One that a probe's finding made of an incident that was told of already is no news.
  const loud = new Set(
    changes.flatMap(({ kind, outage, write }) =>
      !outage || (kind === "quiet" && write.cause === "silent") ? [] : [outage.key],
    ),
  );
  const made = [...outages].filter(([key, outage]) => outage.made && loud.has(key)).map(([, { id }]) => id);
  await tellOutages(sql, "outage.opened", { ids: made, now });
  await tellIncidents(
    sql,
    changes.flatMap(({ kind, write }) =>
      kind === "quiet" ? [] : [{ type: `incident.${kind}` as const, id: write.id }],
    ),
    now,
  );
  await writeStates(
    sql,
    all.map((settled) => settled.state),
  );
  const resolved = writes.filter((write) => write.resolvedAt !== null);
  // Those that lose an incident: it is resolved, or its newest cause belongs to another outage.
  const left = changes.flatMap(({ settled }, i) => {
    const before = settled.known.incident?.outageId ?? null;
    const after = writes[i];
    return before !== null && (after?.resolvedAt !== null || after.outageId !== before) ? [before] : [];
  });
  await resolveEmptyOutages(sql, { outageIds: [...new Set(left)], now });
  return {
    opened: changes.filter((change) => change.opened).length,
    resolved: resolved.length,
    changedIncidents: writes.map((write) => write.id),
  };
}
