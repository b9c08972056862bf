import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import type { Sql } from "#lib/db/sql.ts";
import { noSchedule } from "#lib/engine/known-schedule.ts";
import { loadSubjects } from "#lib/engine/subjects.ts";
import { listRuns, logOf, runById } from "#lib/evidence/list-store.ts";
import type { StoredRun } from "#lib/evidence/store.ts";
import { isName, isUuid } from "#lib/input/identifiers.ts";
import { BY_MOMENT, cursorKey, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { notFound, ok, type Problem, type Result, refuse } from "#lib/problem.ts";
import { scheduleBySlug } from "#lib/schedules/store.ts";
import { earliest, type Instant } from "#lib/time/instant.ts";
import { placeRuns, readFrom } from "./place.ts";
import { type RunShape, runShape } from "./shapes.ts";

const noRun = (): Problem => notFound({ message: "There is no such run." });

/** Runs as they leave Rollcall, in their order, each with the window that it belongs to. */
async function runShapes(sql: Sql, runs: readonly StoredRun[], now: Instant): Promise<RunShape[]> {
  const from = new Map<string, Instant>();
  for (const run of runs) {
    const known = from.get(run.scheduleId);
    from.set(run.scheduleId, known === undefined ? readFrom(run) : earliest(known, readFrom(run)));
  }
  const subjects = await loadSubjects(sql, [...from.keys()], { now, from });
  const shapes = new Map<string, RunShape>();
  for (const [id, subject] of subjects) {
    const own = runs.filter((run) => run.scheduleId === id);
    const places = placeRuns(subject, own, now);
    for (const run of own) {
      const place = places.get(run.id);
      if (place) shapes.set(run.id, runShape(run, { ...place, schedule: subject.facts.slug }));
    }
  }
  return runs.flatMap((run) => shapes.get(run.id) ?? []);
}

export interface RunQuery {
  readonly schedule?: string | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

/** Newest start first. */
export async function viewRuns(
  ctx: Context,
  { query, page }: { readonly query: RunQuery; readonly page: Page },
): Promise<Result<Listed<RunShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(page.cursor, BY_MOMENT);
  if (!cursor.ok) return cursor;
  const sql = sqlIn(ctx);
  const { schedule, ...span } = query;
  const row = schedule !== undefined && isName(schedule) ? await scheduleBySlug(sql, schedule) : null;
  if (schedule !== undefined && !row) return refuse(noSchedule(schedule));
  const rows = await listRuns(sql, { ...span, ...(row ? { scheduleId: row.id } : {}) }, ctx.now, {
    limit: page.limit,
    before: cursor.value,
  });
  const listed = toPage(rows, page, { key: (run) => [run.startedAt, run.id], item: (run) => run });
  return ok({ items: await runShapes(sql, listed.items, ctx.now), nextCursor: listed.nextCursor });
}

export async function viewRun(ctx: Context, { id }: { readonly id: string }): Promise<Result<RunShape>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const run = isUuid(id) ? await runById(sql, id) : null;
  const [shape] = run ? await runShapes(sql, [run], ctx.now) : [];
  return shape ? ok(shape) : refuse(noRun());
}

/** A log is bytes as they came (api.md). */
export async function viewRunLog(ctx: Context, { id }: { readonly id: string }): Promise<Result<Uint8Array>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const sql = sqlIn(ctx);
  const run = isUuid(id) ? await runById(sql, id) : null;
  return run ? ok(await logOf(sql, run)) : refuse(noRun());
}
