/** The incident of an acceleration whose revert does not succeed: at most one open for each. */
import { PROJECT } from "#lib/access/context.ts";
import { newId } from "#lib/db/new-id.ts";
import { type Sql, timestamp } from "#lib/db/sql.ts";
import { tellStale } from "#lib/db/tell.ts";
import type { Instant } from "#lib/time/instant.ts";
import { tellIncidents } from "./outbox-store.ts";
import { writeEvents } from "./store.ts";

export interface RevertFailing {
  readonly acceleration: string;
  readonly scheduleId: string;
  readonly route: string | null;
  /** With what has to be done by hand. */
  readonly sentence: string;
  readonly diagnosis: string;
}

/** Opens it at once, or says in the open one why the newest try failed; an event and a message where it opens. */
export async function openRevertFailing(sql: Sql, failing: RevertFailing, now: Instant): Promise<void> {
  const [row] = await sql.query<{ readonly id: string; readonly made: boolean }>(
    `INSERT INTO incident AS i (id, project_id, kind, subject, schedule_id, route, state, sentence, diagnosis, since, opened_at)
     VALUES ($1::uuid, ${PROJECT}, 'revert_failing', $2, $3::uuid, $4, 'open', $5, $6, ${timestamp("$7")}, ${timestamp("$7")})
     ON CONFLICT (project_id, kind, subject) WHERE state <> 'resolved' DO UPDATE SET sentence = excluded.sentence,
       diagnosis = excluded.diagnosis, version = i.version + 1
       WHERE i.diagnosis IS DISTINCT FROM excluded.diagnosis
     RETURNING id::text AS id, (xmax = 0) AS made`,
    [
      ...[newId(now), failing.acceleration, failing.scheduleId, failing.route],
      ...[failing.sentence, failing.diagnosis, now],
    ],
  );
  if (!row) return;
  if (row.made) {
    await writeEvents(sql, [
      { id: newId(now), incidentId: row.id, at: now, kind: "opened", actor: null, text: failing.sentence },
    ]);
    await tellIncidents(sql, [{ type: "incident.opened", id: row.id }], now);
  }
  await tellStale(sql, ["incidents"]);
}

/** Resolves it where one is open. */
export async function resolveRevertFailing(
  sql: Sql,
  resolved: { readonly acceleration: string; readonly because: string },
  now: Instant,
): Promise<void> {
  const rows = await sql.query<{ readonly id: string }>(
    `UPDATE incident SET state = 'resolved', resolved_at = ${timestamp("$2")}, resolved_by = 'Rollcall', resolution = $3,
       snoozed_until = NULL, version = version + 1
      WHERE project_id = ${PROJECT} AND kind = 'revert_failing' AND subject = $1 AND state <> 'resolved'
      RETURNING id::text AS id`,
    [resolved.acceleration, now, resolved.because],
  );
  if (rows.length === 0) return;
  await writeEvents(
    sql,
    rows.map(({ id }) => ({
      ...{ id: newId(now), incidentId: id, at: now, kind: "resolved", actor: null, text: resolved.because },
    })),
  );
  await tellIncidents(
    sql,
    rows.map(({ id }) => ({ type: "incident.resolved" as const, id })),
    now,
  );
  await tellStale(sql, ["incidents"]);
}
