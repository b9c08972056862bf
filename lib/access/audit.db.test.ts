import { beforeEach, expect, it } from "vitest";
import { inTransaction } from "#lib/db/transaction.ts";
import { type Listed, wholePage } from "#lib/input/page.ts";
import { ok, refuse } from "#lib/problem.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { cast } from "#lib/testing/people.ts";
import { problemOf, succeeded } from "#lib/testing/result.ts";
import { millis, plus } from "#lib/time/instant.ts";
import { mayNot } from "./actor.ts";
import { listAudit, writeAudit } from "./audit.ts";
import type { AuditEntry } from "./store/audit.ts";

const database = useDatabase();
const ctx = () => ({ actor: cast.ada, now: database.clock.now() });
const entry = (n: number) => ({ action: "thing.done", subjectKind: "thing", subjectId: `${n}`, detail: { n } });

beforeEach(() => database.sql.query("DELETE FROM audit"));

it("is read newest first, in pages, each entry once, also those of one moment", async () => {
  for (let n = 0; n < 25; n++) {
    if (n % 10 === 0) database.clock.at = plus(database.clock.at, millis(1));
    await writeAudit(database.sql, ctx(), entry(n));
  }
  const seen: AuditEntry[] = [];
  let cursor: string | null = null;
  do {
    const page: Listed<AuditEntry> = succeeded(await listAudit(ctx(), { limit: 4, cursor }));
    seen.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(seen.map((one) => one.detail["n"]).sort((a, b) => Number(a) - Number(b))).toEqual([...Array(25).keys()]);
  expect(seen.map((one) => one.at)).toEqual(seen.map((one) => one.at).sort((a, b) => b - a));
  expect(seen[0]).toMatchObject({ actorKind: "person", actorId: cast.ada.id, actorName: "Ada", action: "thing.done" });
});

it("names a key by its name, and Rollcall itself without an id", async () => {
  const key = { kind: "key", id: "k1", name: "deploy", scope: "write" } as const;
  await writeAudit(database.sql, { actor: key, now: database.clock.now() }, entry(1));
  await writeAudit(database.sql, { actor: { kind: "system", name: "rollcall" }, now: database.clock.now() }, entry(2));
  const { items } = succeeded(await listAudit(ctx(), wholePage));
  const shown = items.map(({ actorKind, actorId, actorName }) => ({ actorKind, actorId, actorName }));
  expect(shown).toHaveLength(2);
  expect(shown).toContainEqual({ actorKind: "key", actorId: "k1", actorName: "key deploy" });
  expect(shown).toContainEqual({ actorKind: "system", actorId: null, actorName: "rollcall" });
});

it("goes with the change that it tells of", async () => {
  const problem = mayNot(null, "see");
  await inTransaction(async (tx) => {
    await writeAudit(tx, ctx(), entry(1));
    return problem ? refuse(problem) : ok(null);
  });
  expect(succeeded(await listAudit(ctx(), wholePage)).items).toEqual([]);
});

it("refuses a cursor that no list gave out", async () => {
  for (const cursor of ["x", "1.2", "99999999999999999.0197a4e0-0000-7000-8000-000000000000"]) {
    expect(problemOf(await listAudit(ctx(), { limit: 100, cursor })).status).toBe(400);
  }
});
