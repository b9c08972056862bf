import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { LeftOut } from "./due.ts";

/** Writes down which windows were not fired, and why. */
export async function insertLeftOut(
  sql: Sql,
  all: readonly (LeftOut & { readonly scheduleId: string })[],
  now: Instant,
): Promise<void> {
  if (all.length === 0) return;
  await sql.query(
    `INSERT INTO dispatch_left_out (schedule_id, expected_at, project_id, at, reason, sentence)
     SELECT l.schedule_id, ${timestamp("l.expected")}, ${PROJECT}, ${timestamp("$5::float8")}, l.reason, l.sentence
       FROM unnest($1::uuid[], $2::float8[], $3::text[], $4::text[]) AS l (schedule_id, expected, reason, sentence)
     ON CONFLICT DO NOTHING`,
    [
      all.map((one) => one.scheduleId),
      all.map((one) => one.expectedAt),
      all.map((one) => one.reason),
      all.map((one) => one.sentence),
      now,
    ],
  );
}

export interface WhyLeftOut {
  readonly reason: string;
  readonly sentence: string;
}

/** Why windows were not fired, by schedule and window, from a moment on. */
export async function leftOutFrom(
  sql: Sql,
  wanted: readonly { readonly scheduleId: string; readonly from: Instant }[],
): Promise<Map<string, Map<Instant, WhyLeftOut>>> {
  const found = new Map<string, Map<Instant, WhyLeftOut>>();
  if (wanted.length === 0) return found;
  const rows = await sql.query<WhyLeftOut & { readonly of: string; readonly at: number }>(
    `SELECT l.schedule_id::text AS of, ${epochMs("l.expected_at")} AS at, l.reason, l.sentence
       FROM unnest($1::uuid[], $2::float8[]) AS w (id, from_ms)
       JOIN dispatch_left_out l ON l.schedule_id = w.id AND l.expected_at >= ${timestamp("w.from_ms")}`,
    [wanted.map((one) => one.scheduleId), wanted.map((one) => one.from)],
  );
  for (const { of, at, reason, sentence } of rows) {
    const mine = found.get(of) ?? new Map<Instant, WhyLeftOut>();
    found.set(of, mine.set(instant(at), { reason, sentence }));
  }
  return found;
}

export async function forgetLeftOut(sql: Sql, before: Instant): Promise<void> {
  await sql.query("DELETE FROM dispatch_left_out WHERE expected_at < to_timestamp($1::float8 / 1000)", [before]);
}
