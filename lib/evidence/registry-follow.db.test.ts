import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Listener, startListener } from "#lib/db/listen.ts";
import type { Sql } from "#lib/db/sql.ts";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Instant, instant, MINUTE, plus } from "#lib/time/instant.ts";
import type { Address } from "./protocols/protocol.ts";
import { followRegistry, type LiveRegistry } from "./registry-follow.ts";
import { readByAddresses } from "./registry-store.ts";

const database = useDatabase();
const KEY = "Zm9v_YmFyLWJhejEyMzQ1N";
const NOW = instant(Date.UTC(2027, 0, 12));
const bySlug = (slug: string, key = KEY): Address => ({ form: "slug", key, slug });
const byUuid = (uuid: string): Address => ({ form: "uuid", uuid });

let listener: Listener;
let registry: LiveRegistry;
let queries = 0;
let away = false;
let time = 0;

beforeAll(async () => {
  listener = await startListener({
    connection: { ...database.connection, application_name: "registry" },
    sleep: (length, signal) => pause(length, undefined, signal ? { signal } : {}),
  });
  const counted: Sql = {
    query: async <Row>(text: string, values?: readonly unknown[]) => {
      queries++;
      if (away) throw Object.assign(new Error("away"), { code: "ECONNREFUSED" });
      return database.sql.query<Row>(text, values);
    },
  };
  await database.sql.query(
    `INSERT INTO project VALUES (1, 'Rollcall', '${KEY}', now()) ON CONFLICT (id) DO UPDATE SET ping_key = excluded.ping_key`,
  );
  await make("before");
  registry = await followRegistry({ sql: counted, listener, monotonic: () => time });
});
afterAll(async () => {
  registry.stop();
  await listener.stop();
});
beforeEach(() => {
  away = false;
  time += 60_000;
});

async function make(slug: string, more: { environment?: string } = {}): Promise<{ id: string; uuid: string }> {
  const [id, uuid] = [randomUUID(), randomUUID()];
  await database.sql.query(
    `INSERT INTO schedule (id, project_id, slug, name, ping_uuid, created_at, expected_from, version, miss_threshold,
       recover_threshold, also_bad, environment, tags, driver)
     VALUES ($1, 1, $2, $2, $3, now(), now(), 1, 1, 1, '{}', $4, '{}', '{}')`,
    [id, slug, uuid, more.environment ?? "production"],
  );
  return { id, uuid };
}
const notify = (payload: string) => database.sql.query("SELECT pg_notify('rollcall_registry', $1)", [payload]);
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 10_000; !(await holds()); ) {
    if (performance.now() > deadline) throw new Error("it does not come true");
    await pause(5);
  }
}
/** What is known without asking. */
const known = (address: Address, now: Instant = NOW) => {
  const found = registry.find(address, now);
  return found instanceof Promise ? null : found;
};

describe("the registry", () => {
  it("knows at the start what there is, by id and by slug, and asks nothing for it", async () => {
    const before = queries;
    expect(known(bySlug("before"))).toMatchObject({ slug: "before", environment: "production", archived: false });
    expect(registry.project).toEqual({ id: 1, pingKey: KEY, previousPingKey: null, previousPingKeyUntil: null });
    expect(queries).toBe(before);
  });

  it("follows what NOTIFY names: made, renamed, archived, paused, given an alias", async () => {
    const { id, uuid } = await make("follow");
    await notify(id);
    await until(() => known(byUuid(uuid)) !== null);
    await database.sql.query("INSERT INTO slug_alias VALUES (1, 'Old_Name', $1, now())", [id]);
    await database.sql.query(
      "UPDATE schedule SET slug = 'followed', paused_at = now(), resume_on_check_in = true WHERE id = $1",
      [id],
    );
    await notify(id);
    await until(() => typeof known(bySlug("followed")) === "object" && known(bySlug("followed")) !== null);
    expect(known(bySlug("Old_Name"))).toMatchObject({ id, paused: true, resumeOnCheckIn: true, aliases: ["Old_Name"] });
    expect(await registry.find(bySlug("follow"), NOW)).toBe("unknown_slug");
    await database.sql.query("UPDATE schedule SET archived_at = now() WHERE id = $1", [id]);
    await notify(id);
    await until(() => {
      const found = known(byUuid(uuid));
      return typeof found === "object" && found !== null && found.archived;
    });
  });

  it("a new `uuid`, the old one accepted for `graceSeconds`", async () => {
    const { id, uuid } = await make("rotated");
    const [fresh, until_] = [randomUUID(), plus(NOW, MINUTE)];
    await database.sql.query(
      "UPDATE schedule SET ping_uuid = $2, previous_ping_uuid = $3, previous_ping_uuid_until = to_timestamp($4 / 1000.0) WHERE id = $1",
      [id, fresh, uuid, until_],
    );
    await registry.refresh(id);
    expect(known(byUuid(fresh))).toMatchObject({ id });
    expect(known(byUuid(uuid), instant(until_ - 1))).toMatchObject({ id });
    expect(await registry.find(byUuid(uuid), until_)).toBe("unknown_id");
  });

  it("an unknown id is looked up in the database once before it is refused", async () => {
    const { uuid } = await make("unheard");
    expect(await registry.find(byUuid(uuid), NOW)).toMatchObject({ slug: "unheard" });
    const other = await make("unheard-too");
    expect(await registry.find(bySlug("unheard-too"), NOW)).toMatchObject({ id: other.id });
    await database.sql.query("INSERT INTO slug_alias VALUES (1, 'Unheard', $1, now())", [other.id]);
    expect(await registry.find(bySlug("Unheard"), NOW)).toMatchObject({ id: other.id });
  });

  it("a flood of unknown ids does not become a flood of queries", async () => {
    const before = queries;
    const same = byUuid(randomUUID());
    for (let i = 0; i < 1_000; i++) void registry.find(same, NOW);
    const many = await Promise.all(Array.from({ length: 2_000 }, () => registry.find(byUuid(randomUUID()), NOW)));
    expect(new Set(many)).toEqual(new Set(["unknown_id"]));
    expect(known(same)).toBe("unknown_id");
    expect(queries - before).toBeLessThan(16);
  });

  it("one that was refused a moment ago is found when it was made meanwhile and notified, or a moment later", async () => {
    expect(await registry.find(bySlug("soon"), NOW)).toBe("unknown_slug");
    const { id } = await make("soon");
    expect(known(bySlug("soon"))).toBe("unknown_slug");
    await notify(id);
    await until(() => typeof known(bySlug("soon")) === "object");
    expect(await registry.find(bySlug("sooner"), NOW)).toBe("unknown_slug");
    await make("sooner");
    time += 2_001;
    expect(await registry.find(bySlug("sooner"), NOW)).toMatchObject({ slug: "sooner" });
  });

  it("knows the ping key, also a new one", async () => {
    const key = "b".repeat(22);
    expect(await registry.find(bySlug("before", key), NOW)).toBe("unknown_key");
    await database.sql.query("UPDATE project SET ping_key = $1", [key]);
    await notify("*");
    await until(() => typeof known(bySlug("before", key)) === "object");
    expect(await registry.find(bySlug("before"), NOW)).toBe("unknown_key");
    await database.sql.query("UPDATE project SET ping_key = $1", [KEY]);
    await notify("*");
    await until(() => typeof known(bySlug("before")) === "object");
  });

  it("while the database is away, ids are checked against the registry as last read", async () => {
    away = true;
    expect(known(bySlug("before"))).toMatchObject({ slug: "before" });
    expect(await registry.find(bySlug("never-seen"), NOW)).toBe("unchecked");
    expect(await registry.find(byUuid(randomUUID()), NOW)).toBe("unchecked");
    away = false;
    expect(await registry.find(bySlug("never-seen"), NOW)).toBe("unknown_slug");
  });

  it("reads everything anew after a time in which it did not hear", async () => {
    await database.sql.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'registry'",
    );
    await until(() => !listener.isUp());
    await database.sql.query("UPDATE schedule SET environment = 'unheard' WHERE slug = 'before'");
    await until(() => {
      const found = known(bySlug("before"));
      return typeof found === "object" && found?.environment === "unheard";
    });
  });

  it("takes any text for a slug", async () => {
    for (const slug of ["a\0b", "'", "ü", "\ud800", "a".repeat(10_000)]) {
      expect(await registry.find(bySlug(slug), NOW)).toBe("unknown_slug");
    }
  });

  it("looks addresses up by index", async () => {
    const plan: string[] = [];
    await inSqlTransaction(database.pool, async (sql) => {
      await sql.query("SET LOCAL enable_seqscan = off"); // a small table is read whole
      const explaining: Sql = {
        query: async <Row>(text: string, values?: readonly unknown[]) => {
          const rows = await sql.query<{ "QUERY PLAN": string }>(`EXPLAIN ${text}`, values);
          plan.push(...rows.map((row) => row["QUERY PLAN"]));
          return [] as Row[];
        },
      };
      await readByAddresses(explaining, [byUuid(randomUUID()), bySlug("x")]);
    });
    expect(plan.join("\n")).toMatch(/schedule_ping_uuid_key/);
    expect(plan.join("\n")).toMatch(/schedule_previous_ping_uuid_key/);
    expect(plan.join("\n")).toMatch(/schedule_project_id_slug_key/);
  });
});

it("100,000 schedules are all found after the start", async () => {
  await database.sql.query(
    `INSERT INTO schedule (id, project_id, slug, name, ping_uuid, created_at, expected_from, version, miss_threshold,
       recover_threshold, also_bad, environment, tags, driver)
     SELECT gen_random_uuid(), 1, 'job-' || i, 'Job', gen_random_uuid(), now(), now(), 1, 1, 1, '{}', 'production', '{}', '{}'
     FROM generate_series(1, 100000) i`,
  );
  await database.sql.query("ANALYZE schedule");
  const all = await followRegistry({ sql: database.sql, listener });
  expect(all.size).toBeGreaterThanOrEqual(100_000);
  all.stop();
}, 60_000);
