import type { Sql } from "#lib/db/sql.ts";
import { isName } from "#lib/input/identifiers.ts";
import { conflict, notFound, ok, type Problem, type Result, refuse } from "#lib/problem.ts";
import { lockSchedule, type ScheduleRow } from "#lib/schedules/store.ts";
import { movedOn } from "./put-schedule.ts";

export const noSchedule = (slug: string): Problem =>
  notFound({
    message: isName(slug) ? `There is no schedule “${slug}”.` : "There is no such schedule.",
  });

const archived = (slug: string): Problem =>
  conflict("archived", {
    message: `“${slug}” is archived.`,
    doNext: "Revive it with a PUT of its slug, then try again.",
  });

/** The schedule that a use case is about, locked; refused when there is none, or when it is archived or has moved on. */
export async function lockKnown(
  sql: Sql,
  slug: string,
  asked: { readonly ifMatch: number | null; readonly archivedToo?: boolean },
): Promise<Result<ScheduleRow>> {
  const row = isName(slug) ? await lockSchedule(sql, slug) : null;
  if (!row) return refuse(noSchedule(slug));
  if (asked.ifMatch !== null && row.version !== asked.ifMatch) return refuse(movedOn(row.version));
  if (row.archivedAt !== null && !asked.archivedToo) return refuse(archived(slug));
  return ok(row);
}
