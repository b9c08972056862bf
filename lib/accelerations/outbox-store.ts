import type { Sql } from "#lib/db/sql.ts";
import { messageOf, writeOutbox } from "#lib/incidents/outbox-store.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { State } from "./saga.ts";
import { accelerationShape } from "./shape.ts";
import { accelerationById, stepsOf } from "./store.ts";

/** Tells of an acceleration as it stands in this transaction, which is what `GET /accelerations/{id}` answers. */
export async function tellAcceleration(
  sql: Sql,
  told: { readonly id: string; readonly what: readonly State[] },
  now: Instant,
): Promise<void> {
  if (told.what.length === 0) return;
  const one = await accelerationById(sql, told.id);
  if (!one) return;
  const steps = (await stepsOf(sql, [told.id])).get(told.id) ?? [];
  const data = accelerationShape(one, steps);
  await writeOutbox(
    sql,
    told.what.map((what) => messageOf(`acceleration.${what}`, { subject: told.id, at: now, data })),
  );
}
