/** What somebody looks for by a few words: schedules, incidents, routes, and a run by its id or by what its client calls it. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import { findRoutes } from "#lib/boundary/route-store.ts";
import { runById, runByRid } from "#lib/evidence/list-store.ts";
import { type FoundIncident, findIncidents } from "#lib/incidents/search-store.ts";
import { isUuid } from "#lib/input/identifiers.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { type FoundSchedule, findSchedules } from "#lib/schedules/search-store.ts";
import { slugsOf } from "#lib/schedules/store.ts";
import { toRfc3339 } from "#lib/time/instant.ts";

export type Found =
  | ({ readonly kind: "schedule" } & FoundSchedule)
  | ({ readonly kind: "incident" } & FoundIncident)
  | { readonly kind: "route"; readonly name: string }
  | { readonly kind: "run"; readonly id: string; readonly schedule: string; readonly startedAt: string };

export interface SearchQuery {
  readonly q: string;
  /** Of each kind, at most. */
  readonly limit: number;
}

/** Kind by kind, the best of each first. */
export async function viewSearch(ctx: Context, query: SearchQuery): Promise<Result<readonly Found[]>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const asked = { q: query.q.trim(), limit: query.limit };
  if (asked.q === "") return ok([]);
  const run = isUuid(asked.q) ? ((await runById(sql, asked.q)) ?? (await runByRid(sql, asked.q))) : null;
  const [schedule] = run ? await slugsOf(sql, [run.scheduleId]) : [];
  const schedules = await findSchedules(sql, { ...asked, now: ctx.now });
  const incidents = await findIncidents(sql, asked);
  const routes = await findRoutes(sql, asked);
  const ofSchedules = schedules.map((one) => ({ kind: "schedule" as const, ...one }));
  const ofIncidents = incidents.map((one) => ({ kind: "incident" as const, ...one }));
  // Whoever writes a number means an incident.
  const isNumber = /^#?\d+$/.test(asked.q);
  return ok([
    ...(run && schedule !== undefined
      ? [{ kind: "run" as const, id: run.id, schedule, startedAt: toRfc3339(run.startedAt) }]
      : []),
    ...(isNumber ? [...ofIncidents, ...ofSchedules] : [...ofSchedules, ...ofIncidents]),
    ...routes.map(({ name }) => ({ kind: "route" as const, name })),
  ]);
}
