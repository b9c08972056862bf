/** Many schedules at once, as the API would make them, without a request for each. */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { v7 } from "uuid";

export interface ManySchedules {
  readonly count: number;
  readonly prefix: string;
  /** SQL for each, in terms of `n` (0 …): the spec, the moment from which it is expected, its deadline. */
  readonly spec: (n: number) => object;
  readonly graceSeconds: number;
  readonly expectedFrom: (n: number) => number;
  readonly deadline: (n: number) => number;
}

/** Answers the ping ids. */
export async function insertSchedules(connection: pg.ClientConfig, many: ManySchedules): Promise<string[]> {
  const client = new pg.Client(connection);
  await client.connect();
  const uuids: string[] = [];
  for (let start = 0; start < many.count; start += 5_000) {
    const rows = Array.from({ length: Math.min(5_000, many.count - start) }, (_, i) => {
      const n = start + i;
      const uuid = randomUUID();
      uuids.push(uuid);
      return {
        id: v7(),
        slug: `${many.prefix}-${n}`,
        uuid,
        spec: many.spec(n),
        from: many.expectedFrom(n),
        deadline: many.deadline(n),
      };
    });
    await client.query("BEGIN");
    const values = [
      rows.map((row) => row.id),
      rows.map((row) => row.slug),
      rows.map((row) => row.uuid),
      rows.map((row) => JSON.stringify(row.spec)),
      rows.map((row) => row.from),
      rows.map((row) => row.deadline),
    ];
    const unnested =
      "unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::float8[], $6::float8[]) AS t (id, slug, uuid, spec, from_ms, deadline)";
    await client.query(
      `INSERT INTO schedule (id, project_id, slug, name, ping_uuid, created_at, expected_from, version, miss_threshold,
         recover_threshold, also_bad, environment, tags, driver)
       SELECT id, 1, slug, slug, uuid, to_timestamp(from_ms / 1000), to_timestamp(from_ms / 1000), 1, 1, 1, '{}', 'production', '{}',
         '{"kind":"external"}' FROM ${unnested}`,
      values,
    );
    await client.query(
      `INSERT INTO schedule_version (schedule_id, number, project_id, effective_from, spec, timezone, grace_seconds, fields, actor)
       SELECT id, 1, 1, to_timestamp(from_ms / 1000), spec::jsonb, 'UTC', ${many.graceSeconds}, '{}', 'bench' FROM ${unnested}`,
      values,
    );
    await client.query(
      `INSERT INTO schedule_state (schedule_id, project_id, judged_through, next_deadline)
       SELECT id, 1, to_timestamp(from_ms / 1000), to_timestamp(deadline / 1000) FROM ${unnested}`,
      values,
    );
    await client.query("COMMIT");
  }
  await client.query("ANALYZE schedule, schedule_version, schedule_state");
  await client.query("SELECT pg_notify('rollcall_registry', '*'), pg_notify('rollcall_deadline', '')");
  await client.end();
  return uuids;
}
