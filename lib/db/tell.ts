/** What other processes are told when a transaction commits: PostgreSQL delivers a notice then, and only then. */
import type { Sql } from "#lib/db/sql.ts";

/** What screens show and what may have gone stale of it; `schedules/nightly-etl` is one of `schedules`. */
export type Topic =
  | "schedules"
  | "incidents"
  | "outages"
  | "discarded"
  | "maintenance"
  | "changes"
  | "webhooks"
  | "routes"
  | "connections"
  | "accelerations"
  | "settings"
  | `schedules/${string}`
  | `incidents/${string}`
  | `routes/${string}`;

/** One notice a topic; the same one twice in a transaction is delivered once. */
export async function tellStale(sql: Sql, topics: readonly Topic[]): Promise<void> {
  if (topics.length === 0) return;
  await sql.query(
    "SELECT count(pg_notify('rollcall_stale', topic))::int AS told FROM unnest($1::text[]) AS t (topic)",
    [topics],
  );
}

/** Sessions or keys have ended: whoever holds a connection open looks again whether it still may. */
export async function tellAccess(sql: Sql): Promise<void> {
  await sql.query("SELECT count(pg_notify('rollcall_access', ''))::int AS told");
}

/** The registry that check-ins are looked up in must read this schedule again. */
export async function tellRegistry(sql: Sql, scheduleId: string): Promise<void> {
  await sql.query("SELECT count(pg_notify('rollcall_registry', $1::text))::int AS told", [scheduleId]);
}

/** Gates must read this route again. */
export async function tellRoute(sql: Sql, name: string): Promise<void> {
  await sql.query("SELECT count(pg_notify('rollcall_routes', $1::text))::int AS told", [name]);
}

/** A deadline may have come closer than the one that the engine sleeps towards. */
export async function tellDeadline(sql: Sql): Promise<void> {
  await sql.query("SELECT count(pg_notify('rollcall_deadline', ''))::int AS told");
}

/** Something is to be fired, sooner than the dispatcher sleeps. */
export async function tellDispatch(sql: Sql): Promise<void> {
  await sql.query("SELECT count(pg_notify('rollcall_dispatch', ''))::int AS told");
}

/** An acceleration is to be looked at, sooner than the engine sleeps. */
export async function tellAccelerate(sql: Sql): Promise<void> {
  await sql.query("SELECT count(pg_notify('rollcall_accelerate', ''))::int AS told");
}

/** Messages wait to be sent. */
export async function tellOutbox(sql: Sql): Promise<void> {
  await sql.query("SELECT count(pg_notify('rollcall_outbox', ''))::int AS told");
}
