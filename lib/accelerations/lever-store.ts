/** The lever of Rollcall's own dispatcher: a mark on the acceleration, beside the schedule's present fields. */
import type { Sql } from "#lib/db/sql.ts";
import type { Spec } from "#lib/schedules/spec.ts";
import { type StoredSpec, specOf } from "#lib/schedules/stored-spec.ts";

export interface OwnLever {
  readonly leverOn: boolean;
  /** Something may still be applied: it was asked for, and nobody has ended it. */
  readonly wanted: boolean;
  /** The schedule as it stands now. */
  readonly slug: string;
  readonly spec: Spec;
  readonly timezone: string;
  readonly driver: string;
}

/** @param lock hold both rows to the end of the transaction, the schedule's first as an edit holds it */
export async function ownLever(sql: Sql, id: string, lock: boolean): Promise<OwnLever | null> {
  if (lock) {
    await sql.query(
      "SELECT id FROM schedule WHERE id = (SELECT schedule_id FROM acceleration WHERE id = $1::uuid) FOR UPDATE",
      [id],
    );
    await sql.query("SELECT id FROM acceleration WHERE id = $1::uuid FOR UPDATE", [id]);
  }
  const [row] = await sql.query<Omit<OwnLever, "spec"> & { readonly spec: StoredSpec }>(
    `SELECT a.lever_on AS "leverOn", a.state = 'requested' AND a.ended_at IS NULL AS wanted, s.slug, v.spec, v.timezone,
            s.driver ->> 'kind' AS driver
       FROM acceleration a JOIN schedule s ON s.id = a.schedule_id
       JOIN schedule_version v ON v.schedule_id = s.id AND v.number = s.version
      WHERE a.id = $1::uuid`,
    [id],
  );
  return row ? { ...row, spec: specOf(row.spec) } : null;
}

export async function setLever(sql: Sql, id: string, on: boolean): Promise<void> {
  await sql.query("UPDATE acceleration SET lever_on = $2::boolean WHERE id = $1::uuid", [id, on]);
}
