/** What the dispatcher has to know of schedules to fire them: their facts, and where and as whom their requests go. */
import type { OpenedRoute, RouteRow } from "#lib/boundary/route-store.ts";
import { openedRoute, routesByNames } from "#lib/boundary/route-store.ts";
import type { Sql } from "#lib/db/sql.ts";
import { type Dispatched, dispatchedSchedules } from "#lib/drivers/dispatch/clock-store.ts";
import { withSecretHeaders } from "#lib/schedules/driver-secrets.ts";
import { type Facts, loadFacts } from "#lib/schedules/facts-store.ts";
import type { Version } from "#lib/schedules/spec.ts";
import { type Aim, aimOf, standInAim } from "./firing.ts";
import { openedHeaders } from "./header-box.ts";

/** A schedule with where its requests go; `aim`: nowhere, as one that is archived. */
export interface Known {
  readonly facts: Facts;
  readonly schedule: Dispatched;
  readonly aim: Aim | null;
  /** The route that it names, as it was read. */
  readonly route: RouteRow | null;
}

/** The expression that its platform would quote: of its newest version. */
const expressionOf = ({ history }: Facts): string | null => {
  const spec = history.versions.at(-1)?.spec;
  return spec?.kind === "cron" ? spec.expression : null;
};

/** While somebody else fires the original, the windows of the temporary spec are the dispatcher's. */
export const isStandIn = (version: Version | null): boolean => version?.acceleration?.standIn === true;

function aimFor(
  { driver, headersBox }: Dispatched,
  facts: Facts,
  { opened, secret }: { readonly opened: OpenedRoute | null; readonly secret: string },
): Aim | null {
  const own = withSecretHeaders(driver, headersBox === null ? {} : openedHeaders(secret, headersBox));
  if (own.kind === "rollcall") return aimOf(own.target, opened, expressionOf(facts));
  return own.kind === "external" && opened ? standInAim(opened, expressionOf(facts)) : null;
}

/** The schedules with where their requests go; one that is archived goes nowhere. @param by ROLLCALL_SECRET */
export async function knownTargets(
  sql: Sql,
  ids: readonly string[],
  by: { readonly secret: string },
): Promise<Map<string, Known>> {
  const [facts, schedules] = [await loadFacts(sql, ids), await dispatchedSchedules(sql, ids)];
  const names = [...new Set([...schedules.values()].flatMap(({ route }) => (route === null ? [] : [route])))];
  const rows = names.length === 0 ? [] : await routesByNames(sql, names);
  const routes = new Map(rows.map((row) => [row.name, openedRoute(row, by.secret)]));
  const found = new Map<string, Known>();
  for (const [id, its] of facts) {
    const schedule = schedules.get(id);
    if (!schedule) continue;
    const opened = schedule.route === null ? null : (routes.get(schedule.route) ?? null);
    found.set(id, {
      facts: its,
      schedule,
      route: opened?.row ?? null,
      aim: schedule.archived ? null : aimFor(schedule, its, { opened, secret: by.secret }),
    });
  }
  return found;
}
