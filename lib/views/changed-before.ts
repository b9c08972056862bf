/** What was done shortly before an incident began to whatever could be its cause: its schedule, route, keys, secrets. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import { type AuditAbout, type AuditDetail, auditAbout } from "#lib/access/store/audit.ts";
import { noIncident } from "#lib/incidents/act.ts";
import { type IncidentRow, incidentById } from "#lib/incidents/row-store.ts";
import { isUuid } from "#lib/input/identifiers.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { scheduleBySlug } from "#lib/schedules/store.ts";
import { DAY, instant, minus, toRfc3339 } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";

const AT_MOST = 50;

/** New versions are not among them: they are told with what they changed by `/schedules/{slug}/versions`. */
const OF_SCHEDULE = [
  ...["schedule.rotated", "schedule.paused", "schedule.resumed", "schedule.revived"],
  ...["acceleration.requested", "acceleration.cancelled", "acceleration.put_back", "acceleration.keep_theirs"],
];
const OF_ROUTE = ["route.made", "route.changed", "route.key_rotated", "route.removed"];
const OF_CONNECTION = ["connection.made", "connection.changed", "connection.removed"];
/** A key that is made takes nothing from anybody. */
const OF_ANY = ["key.revoked", "ping_key.rotated", "secret.rotated"];

/** Of what an entry keeps only this is shown to whoever may not read the log itself. */
const SHOWN = ["contract", "contractBefore", "secretsChanged", "name", "scope", "graceSeconds", "kind", "until"];

const shownOf = (detail: AuditDetail): AuditDetail =>
  Object.fromEntries(Object.entries(detail).filter(([name]) => SHOWN.includes(name)));

async function subjectsOf(ctx: Context, row: IncidentRow): Promise<readonly AuditAbout[]> {
  const schedule = row.schedule === null ? null : await scheduleBySlug(sqlIn(ctx), row.schedule);
  const driver = schedule?.driver;
  const connection = driver && "connection" in driver ? driver.connection : null;
  const of = (actions: readonly string[], subject: string | null | undefined): readonly AuditAbout[] =>
    subject ? actions.map((action) => ({ action, subject })) : [];
  const routes = new Set([row.route, schedule?.route ?? null]);
  return [
    ...of(OF_SCHEDULE, row.schedule),
    ...[...routes].flatMap((route) => of(OF_ROUTE, route)),
    ...of(OF_CONNECTION, connection),
    ...OF_ANY.map((action) => ({ action, subject: null })),
  ];
}

export interface DoneBefore {
  readonly id: string;
  readonly at: string;
  readonly by: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: AuditDetail;
}

/** Of the day before it began and until it was opened, the newest first. */
export async function viewDoneBefore(
  ctx: Context,
  { id }: { readonly id: string },
): Promise<Result<{ readonly items: readonly DoneBefore[]; readonly nextCursor: null }>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const row = isUuid(id) ? await incidentById(sql, id) : null;
  if (!row) return refuse(noIncident());
  const until = instant(Math.max(row.since, row.openedAt) + 1);
  const entries = await auditAbout(sql, {
    span: span(minus(row.since, DAY), until),
    about: await subjectsOf(ctx, row),
    limit: AT_MOST,
  });
  const items = entries.map(({ id: entry, at, actorName, action, subjectId, detail }) => ({
    ...{ id: entry, at: toRfc3339(at), by: actorName, action, subject: subjectId, detail: shownOf(detail) },
  }));
  return ok({ items, nextCursor: null });
}
