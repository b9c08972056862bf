/** Who is at which acceleration: one engine at a time, by a lease that ends by itself when the engine does. */
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";

/** Leases one whose time has come and that nobody is at; `null`: there is none. */
export async function leaseDue(
  sql: Sql,
  asked: { readonly now: Instant; readonly until: Instant; readonly by: string },
): Promise<string | null> {
  const [row] = await sql.query<{ readonly id: string }>(
    `UPDATE acceleration SET leased_by = $3::uuid, leased_until = ${timestamp("$2")}
      WHERE id = (SELECT id FROM acceleration
                   WHERE next_at <= ${timestamp("$1")} AND (leased_until IS NULL OR leased_until <= ${timestamp("$1")})
                   ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING id::text AS id`,
    [asked.now, asked.until, asked.by],
  );
  return row?.id ?? null;
}

/** Whether the lease is still one's own; asked with the row locked. */
export async function isLeased(sql: Sql, id: string, by: string): Promise<boolean> {
  const rows = await sql.query("SELECT id FROM acceleration WHERE id = $1::uuid AND leased_by = $2::uuid", [id, by]);
  return rows.length > 0;
}

export async function prolongLease(
  sql: Sql,
  lease: { readonly id: string; readonly by: string; readonly until: Instant },
): Promise<void> {
  await sql.query(
    `UPDATE acceleration SET leased_until = ${timestamp("$3")} WHERE id = $1::uuid AND leased_by = $2::uuid`,
    [lease.id, lease.by, lease.until],
  );
}

export async function endLease(sql: Sql, id: string, by: string): Promise<void> {
  await sql.query(
    "UPDATE acceleration SET leased_by = NULL, leased_until = NULL WHERE id = $1::uuid AND leased_by = $2::uuid",
    [id, by],
  );
}

/** When the next one is to be looked at: its time, or the end of the lease of whoever is at it. */
export async function nextLook(sql: Sql): Promise<Instant | null> {
  const [row] = await sql.query<{ readonly at: number | null }>(
    `SELECT ${epochMs("min(greatest(next_at, leased_until))")} AS at FROM acceleration WHERE next_at IS NOT NULL`,
  );
  return row?.at == null ? null : instant(row.at);
}
