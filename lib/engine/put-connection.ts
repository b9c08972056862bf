/**
 * Makes or changes a connection, and renames it where it is to have another name.
 *
 * 1. What is changed is stored (`lib/drivers/service.ts`), under the name that it has. 2. It gets its new name, and so does
 * whatever names it: schedules and their versions, accelerations, how far histories were read, outages. One transaction: a
 * crash leaves all of it or nothing. What was being asked under the old name meanwhile is asked again.
 */

import { renameInAccelerations } from "#lib/accelerations/store.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext } from "#lib/access/in-context.ts";
import { tellStale } from "#lib/db/tell.ts";
import { renameConnection } from "#lib/drivers/connection-store.ts";
import { renameReadings } from "#lib/drivers/reading-store.ts";
import type { GivenConnection } from "#lib/drivers/schema.ts";
import { type PutConnectionAnswer, putConnection, viewConnection } from "#lib/drivers/service.ts";
import { renameOutages } from "#lib/incidents/outage-store.ts";
import { conflict, invalid, ok, type Result, refuse } from "#lib/problem.ts";
import { renameInDrivers } from "#lib/schedules/driver-store.ts";

export function putNamedConnection(
  ctx: Context,
  asked: { readonly name: string; readonly input: GivenConnection; readonly ifMatch: number | null },
): Promise<Result<PutConnectionAnswer>> {
  const { name: from, input } = asked;
  const to = input.name ?? from;
  if (to === from) return putConnection(ctx, asked);
  return inContext<PutConnectionAnswer>(ctx, async (tx) => {
    const put = await putConnection({ ...ctx, tx }, asked);
    if (!put.ok) return put;
    if (put.value.created) {
      const message = "There is none of the name in the address that could be renamed.";
      return refuse(invalid({ message, errors: [{ path: "name", message }] }));
    }
    if (!(await renameConnection(tx, { from, to }))) {
      return refuse(conflict("name_taken", { message: `There is a connection named “${to}” already.` }));
    }
    await renameInDrivers(tx, { from, to });
    await renameInAccelerations(tx, { from, to });
    await renameReadings(tx, { from, to });
    await renameOutages(tx, { from: `${input.kind}/${from}`, to: `${input.kind}/${to}` });
    await writeAudit(tx, ctx, { action: "connection.renamed", subjectKind: "connection", subjectId: to, detail: { from } }); // biome-ignore format: one line
    await tellStale(tx, ["connections", "schedules", "outages"]);
    const seen = await viewConnection({ ...ctx, tx }, { name: to });
    return seen.ok ? ok({ created: false, connection: seen.value }) : seen;
  });
}
