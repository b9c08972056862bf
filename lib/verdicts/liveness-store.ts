import { epochMs, type Sql } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";

/** The processes of this installation that accept evidence, and until when each surely did. */
export interface Liveness {
  /** The last moment at which one of them was seen; `null` before the first. */
  readonly lastSeen: Instant | null;
  /** One other than this is up: seen a moment ago, and not stopped. */
  readonly otherUp: boolean;
}

/** A process that was not seen for longer than this is taken for dead: three heartbeats. */
const UP_WITHIN = 3_000;

export async function readLiveness(
  sql: Sql,
  asked: { readonly processId: string; readonly now: Instant },
): Promise<Liveness> {
  const [row] = await sql.query<{ last: number | null; other: boolean | null }>(
    `SELECT ${epochMs("max(seen_at)")} AS last,
            bool_or(id <> $1::uuid AND stopped_at IS NULL AND seen_at > to_timestamp(($2::float8 - ${UP_WITHIN}) / 1000)) AS other
       FROM process WHERE role IN ('all', 'web')`,
    [asked.processId, asked.now],
  );
  return { lastSeen: row?.last == null ? null : instant(row.last), otherUp: row?.other === true };
}

/** Whether any process of this installation is up, whatever its role. */
export async function someoneUp(sql: Sql, now: Instant): Promise<boolean> {
  const rows = await sql.query(
    `SELECT 1 AS up FROM process WHERE stopped_at IS NULL AND seen_at > to_timestamp(($1::float8 - ${UP_WITHIN}) / 1000) LIMIT 1`,
    [now],
  );
  return rows.length > 0;
}

export async function beat(
  sql: Sql,
  given: {
    readonly processId: string;
    readonly role: string;
    readonly startedAt: Instant;
    readonly now: Instant;
    readonly spooling: boolean;
  },
): Promise<void> {
  await sql.query(
    `INSERT INTO process (id, role, started_at, seen_at, spooling)
     VALUES ($1::uuid, $2::text, to_timestamp($3::float8 / 1000), to_timestamp($4::float8 / 1000), $5::bool)
     ON CONFLICT (id) DO UPDATE SET seen_at = greatest(process.seen_at, excluded.seen_at), spooling = excluded.spooling`,
    [given.processId, given.role, given.startedAt, given.now, given.spooling],
  );
}

export async function sayStopped(
  sql: Sql,
  given: { readonly processId: string; readonly now: Instant },
): Promise<void> {
  await sql.query(
    `UPDATE process SET seen_at = to_timestamp($2::float8 / 1000), stopped_at = to_timestamp($2::float8 / 1000)
      WHERE id = $1::uuid`,
    [given.processId, given.now],
  );
}

/** Whether a process that accepts evidence was up lately and still holds some back in its spool. */
export async function someoneSpools(
  sql: Sql,
  asked: { readonly processId: string; readonly now: Instant },
): Promise<boolean> {
  const [row] = await sql.query<{ spools: boolean | null }>(
    `SELECT bool_or(spooling) AS spools FROM process
      WHERE id <> $1::uuid AND stopped_at IS NULL AND seen_at > to_timestamp(($2::float8 - ${UP_WITHIN}) / 1000)`,
    [asked.processId, asked.now],
  );
  return row?.spools === true;
}

/** Forgets processes that were not seen for a week; the newest stays, for the ledger. */
export async function forgetProcesses(sql: Sql, now: Instant): Promise<void> {
  await sql.query(
    `DELETE FROM process WHERE seen_at < to_timestamp($1::float8 / 1000) - interval '7 days'
        AND seen_at < (SELECT max(seen_at) FROM process WHERE role IN ('all', 'web'))`,
    [now],
  );
}
