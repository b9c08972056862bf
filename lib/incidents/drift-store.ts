/** The incident of a route whose boundary does not hold: at most one open for each. */
import { PROJECT } from "#lib/access/context.ts";
import { newId } from "#lib/db/new-id.ts";
import { type Sql, timestamp } from "#lib/db/sql.ts";
import { tellStale } from "#lib/db/tell.ts";
import type { Instant } from "#lib/time/instant.ts";
import { outageReason } from "./outage.ts";
import { joinOutages, resolveEmptyOutages } from "./outage-store.ts";
import { tellIncidents, tellOutages } from "./outbox-store.ts";
import { writeEvents } from "./store.ts";

export interface Drift {
  readonly route: string;
  readonly sentence: string;
  /** A code of the boundary. */
  readonly reason: string;
  readonly diagnosis: string;
}

/** What a matrix finds refused is refused for every schedule behind the route: the outage that their incidents join. */
const outageOf = ({ route, reason }: Drift) =>
  outageReason({ cause: "rejected", reason, route, driver: { kind: "external" } });

/**
 * Opens it, or says in the open one what is wrong now; an event and a message where it opens or its reason is another. It
 * joins the outage of its reason, and leaves the one of an earlier reason.
 */
export async function openDrift(sql: Sql, drift: Drift, now: Instant): Promise<string> {
  const [before] = await sql.query<{
    readonly id: string;
    readonly reason: string | null;
    readonly outageId: string | null;
  }>(
    `SELECT id::text AS id, reason, outage_id::text AS "outageId" FROM incident
      WHERE project_id = ${PROJECT} AND kind = 'boundary_drift' AND subject = $1 AND state <> 'resolved' FOR UPDATE`,
    [drift.route],
  );
  const its = outageOf(drift);
  const joined = await joinOutages(sql, its ? [its] : [], { now, makeId: () => newId(now) });
  const outage = (its && joined.get(its.key)) ?? null;
  const [row] = await sql.query<{ readonly id: string; readonly made: boolean }>(
    `INSERT INTO incident AS i (id, project_id, kind, subject, route, state, sentence, reason, diagnosis, since, opened_at,
       outage_id)
     VALUES ($1::uuid, ${PROJECT}, 'boundary_drift', $2, $2, 'open', $3, $4, $5, ${timestamp("$6")}, ${timestamp("$6")}, $7::uuid)
     ON CONFLICT (project_id, kind, subject) WHERE state <> 'resolved' DO UPDATE SET sentence = excluded.sentence,
       reason = excluded.reason, diagnosis = excluded.diagnosis, outage_id = excluded.outage_id, version = i.version + 1
     RETURNING id::text AS id, (xmax = 0) AS made`,
    [newId(now), drift.route, drift.sentence, drift.reason, drift.diagnosis, now, outage?.id ?? null],
  );
  if (!row) throw new Error("an incident that was just stored is gone");
  const kind = row.made ? "opened" : before?.reason === drift.reason ? null : "cause";
  if (kind !== null) {
    await writeEvents(sql, [{ id: newId(now), incidentId: row.id, at: now, kind, actor: null, text: drift.sentence }]);
    if (outage?.made) await tellOutages(sql, "outage.opened", { ids: [outage.id], now });
    await tellIncidents(sql, [{ type: row.made ? "incident.opened" : "incident.changed", id: row.id }], now);
  }
  const left = before?.outageId ?? null;
  if (left !== null && left !== outage?.id) await resolveEmptyOutages(sql, { outageIds: [left], now });
  await tellStale(sql, ["incidents", "outages"]);
  return row.id;
}

/** Resolves it where one is open. */
export async function resolveDrift(sql: Sql, route: string, now: Instant): Promise<void> {
  const resolution = "Its verification matrix is green again.";
  const rows = await sql.query<{ readonly id: string; readonly outageId: string | null }>(
    `UPDATE incident SET state = 'resolved', resolved_at = ${timestamp("$2")}, resolved_by = 'Rollcall', resolution = $3,
       snoozed_until = NULL, version = version + 1
      WHERE project_id = ${PROJECT} AND kind = 'boundary_drift' AND subject = $1 AND state <> 'resolved'
      RETURNING id::text AS id, outage_id::text AS "outageId"`,
    [route, now, resolution],
  );
  if (rows.length === 0) return;
  await writeEvents(
    sql,
    rows.map(({ id }) => ({
      id: newId(now),
      incidentId: id,
      at: now,
      kind: "resolved",
      actor: null,
      text: resolution,
    })),
  );
  await tellIncidents(sql, rows.map(({ id }) => ({ type: "incident.resolved" as const, id })), now); // biome-ignore format: one line
  await resolveEmptyOutages(sql, { outageIds: rows.flatMap(({ outageId }) => outageId ?? []), now });
  await tellStale(sql, ["incidents"]);
}
