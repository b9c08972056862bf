import { newestVerifications } from "#lib/boundary/verification-store.ts";
import type { Sql } from "#lib/db/sql.ts";
import { conflict, type Problem } from "#lib/problem.ts";
import { HOUR, type Instant, minus, toRfc3339 } from "#lib/time/instant.ts";

/** Why a boundary forbids runs by hand or faster ones: its matrix has to have been green within the last hour. */
export async function boundaryForbids(sql: Sql, route: string, now: Instant): Promise<Problem | null> {
  const newest = (await newestVerifications(sql, [route])).get(route);
  if (newest?.green && newest.finishedAt !== null && newest.finishedAt >= minus(now, HOUR)) return null;
  const said = !newest
    ? "has never been run"
    : newest.green
      ? `was green at ${toRfc3339(newest.finishedAt ?? newest.at)}, and that is more than an hour ago`
      : "is not green";
  return conflict("matrix_not_green", {
    message: `The matrix of the route “${route}” ${said}.`,
    doNext: "Run it, and mend what it finds; or let an admin write down why it need not be green.",
  });
}
