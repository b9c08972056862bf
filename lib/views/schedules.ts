/** The registry as screens and programs read it. */
import { activeOf } from "#lib/accelerations/store.ts";
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import type { Sql } from "#lib/db/sql.ts";
import { whyNotFired } from "#lib/engine/can-fire.ts";
import { noSchedule } from "#lib/engine/known-schedule.ts";
import { loadSubjects } from "#lib/engine/subjects.ts";
import { lastRuns } from "#lib/evidence/list-store.ts";
import { openIncidentIds } from "#lib/incidents/row-store.ts";
import { isName } from "#lib/input/identifiers.ts";
import { cursorKey, cursorOf, KEY, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { maskedDriver } from "#lib/schedules/driver-secrets.ts";
import { isPaused } from "#lib/schedules/paused.ts";
import {
  listSchedules,
  type ScheduleFilters,
  type ScheduleRow,
  scheduleBySlug,
  versionsOf,
} from "#lib/schedules/store.ts";
import { storedSpec } from "#lib/schedules/stored-spec.ts";
import { type Instant, toRfc3339 } from "#lib/time/instant.ts";
import type { Status } from "#lib/verdicts/verdict.ts";
import { cadenceOf } from "./cadence.ts";
import { placeRuns, readFrom } from "./place.ts";
import { runShape, time } from "./shapes.ts";
import { glance } from "./status.ts";

interface Around {
  readonly status: Status;
  readonly nextExpectedAt: Instant | null;
  readonly lastRun: ReturnType<typeof runShape> | null;
  readonly openIncidentId: string | null;
  readonly acceleration: string | null;
}

function scheduleShape(row: ScheduleRow, around: Around, now: Instant) {
  const { pausedAt } = row;
  return {
    slug: row.slug,
    name: row.name,
    spec: storedSpec(row.spec),
    timezone: row.timezone,
    graceSeconds: row.graceSeconds,
    earlySeconds: row.earlySeconds,
    maxRuntimeSeconds: row.maxRuntimeSeconds,
    missThreshold: row.missThreshold,
    recoverThreshold: row.recoverThreshold,
    alsoBad: row.alsoBad,
    environment: row.environment,
    tags: row.tags,
    owner: row.owner,
    driver: maskedDriver(row.driver),
    route: row.route,
    path: row.path,
    description: row.description,
    uuid: row.pingUuid,
    pingUrl: `${runtime().config.publicUrl}/ping/${row.pingUuid}`,
    version: row.version,
    createdAt: toRfc3339(row.createdAt),
    cadence: cadenceOf(row),
    draft: row.draft,
    status: around.status,
    nextExpectedAt: time(around.nextExpectedAt),
    lastRun: around.lastRun,
    paused:
      pausedAt !== null && isPaused(row, now)
        ? {
            at: toRfc3339(pausedAt),
            until: time(row.pausedUntil),
            by: row.pausedBy,
            resumeOnCheckIn: row.resumeOnCheckIn,
          }
        : null,
    archivedAt: time(row.archivedAt),
    openIncidentId: around.openIncidentId,
    acceleration: around.acceleration,
    setAside: row.setAside === null ? null : { because: row.setAside },
  };
}
export type ScheduleShape = ReturnType<typeof scheduleShape>;

/** The schedules of these rows, in their order. */
async function schedulesOf(sql: Sql, rows: readonly ScheduleRow[], now: Instant): Promise<ScheduleShape[]> {
  const ids = rows.map(({ id }) => id);
  const runs = await lastRuns(sql, ids);
  const from = new Map([...runs].map(([id, run]) => [id, readFrom(run)]));
  const subjects = await loadSubjects(sql, ids, { now, from });
  const incidents = await openIncidentIds(sql, ids);
  const accelerations = await activeOf(sql, ids);
  return rows.flatMap((row) => {
    const subject = subjects.get(row.id);
    // Set aside, because not even its windows can be said: it is shown all the same.
    if (!subject) {
      const nothing = { status: "new", nextExpectedAt: null, lastRun: null } as const;
      const openIncidentId = incidents.get(row.id) ?? null;
      const acceleration = accelerations.get(row.id) ?? null;
      return [scheduleShape(row, { ...nothing, openIncidentId, acceleration }, now)];
    }
    const run = runs.get(row.id);
    const place = run ? placeRuns(subject, [run], now).get(run.id) : undefined;
    const { status, nextExpectedAt } = glance(subject, { now, paused: isPaused(row, now) });
    const lastRun = run && place ? runShape(run, { ...place, schedule: row.slug }) : null;
    const openIncidentId = incidents.get(row.id) ?? null;
    const acceleration = accelerations.get(row.id) ?? null;
    return [scheduleShape(row, { status, nextExpectedAt, lastRun, openIncidentId, acceleration }, now)];
  });
}

export interface ScheduleInFull extends ScheduleShape {
  /** Why nobody here can run it now; `null`: Rollcall can. */
  readonly cannotFire: string | null;
}

export async function viewSchedule(ctx: Context, { slug }: { readonly slug: string }): Promise<Result<ScheduleInFull>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const row = isName(slug) ? await scheduleBySlug(sql, slug) : null;
  const [shape] = row ? await schedulesOf(sql, [row], ctx.now) : [];
  if (!row || !shape) return refuse(noSchedule(slug));
  const cannot = await whyNotFired(sql, row, ctx.now);
  return ok({ ...shape, cannotFire: cannot?.message ?? null });
}

export interface ScheduleQuery extends Pick<ScheduleFilters, "tag" | "environment" | "owner" | "q" | "slugs"> {
  readonly status?: Status | undefined;
}

/** Rows that are looked through for one page of a status, which is derived and in no index. */
const LOOKED_THROUGH = 20_000;

/** Ascending by slug; archived ones only where that is the status asked for. */
export async function viewSchedules(
  ctx: Context,
  { query, page }: { readonly query: ScheduleQuery; readonly page: Page },
): Promise<Result<Listed<ScheduleShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(page.cursor, [KEY.text]);
  if (!cursor.ok) return cursor;
  const { status, ...filters } = query;
  const sql = sqlIn(ctx);
  const found: ScheduleShape[] = [];
  let after = cursor.value?.[0] ?? null;
  let more = true;
  for (let looked = 0; looked < LOOKED_THROUGH; ) {
    const rows = await listSchedules(
      sql,
      { ...filters, archived: status === "archived" },
      { limit: page.limit, after },
    );
    for (const shape of await schedulesOf(sql, rows, ctx.now)) {
      if (status === undefined || shape.status === status) found.push(shape);
    }
    looked += rows.length;
    after = rows[rows.length - 1]?.slug ?? null;
    more = rows.length > page.limit;
    if (!more || found.length > page.limit) break;
  }
  const shown = toPage(found, page, { key: (shape) => [shape.slug], item: (shape) => shape });
  return ok(shown.nextCursor === null && more && after !== null ? { ...shown, nextCursor: cursorOf([after]) } : shown);
}

/** Every version, newest first. */
export async function viewVersions(ctx: Context, { slug, page }: { readonly slug: string; readonly page: Page }) {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(page.cursor, [KEY.count]);
  if (!cursor.ok) return cursor;
  const sql = sqlIn(ctx);
  const row = isName(slug) ? await scheduleBySlug(sql, slug) : null;
  if (!row) return refuse(noSchedule(slug));
  const before = cursor.value?.[0] ?? null;
  const versions = await versionsOf(sql, { scheduleId: row.id, before, limit: page.limit });
  return ok(
    toPage(versions, page, {
      key: ({ number }) => [number],
      item: ({ number, effectiveFrom, reason, actor, fields }) => ({
        ...{ version: number, effectiveFrom: toRfc3339(effectiveFrom), reason, actor },
        ...fields,
        spec: storedSpec(fields.spec),
        driver: maskedDriver(fields.driver),
      }),
    }),
  );
}
