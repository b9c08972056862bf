import { expect, test } from "vitest";
import { openedRoute, routeByName } from "#lib/boundary/route-store.ts";
import { routeInput } from "#lib/boundary/schema.ts";
import { putRoute } from "#lib/boundary/service.ts";
import { connectionByName, openedSecrets } from "#lib/drivers/connection-store.ts";
import { connectionInput } from "#lib/drivers/schema.ts";
import { putConnection } from "#lib/drivers/service.ts";
import { webhookInput } from "#lib/notifications/schema.ts";
import { putWebhook } from "#lib/notifications/service.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { open, seal } from "./box.ts";
import { rotateSecret } from "./rotate-secret.ts";
import { boxColumns } from "./store/boxes.ts";

const db = useDatabase();
const NEXT = "the-secret-after-this-one";

const boxes = async () => {
  const all: (readonly [string, Buffer])[] = [];
  for (const { table, column } of await boxColumns(db.sql)) {
    const rows = await db.sql.query<{ box: Buffer }>(`SELECT ${column} AS box FROM ${table} ORDER BY id`);
    for (const { box } of rows) all.push([`${table}.${column}`, box]);
  }
  return all;
};

test("everything that is sealed opens under the new secret and no longer under the old one, or nothing does", async () => {
  const ctx = { actor: SYSTEM, now: db.clock.now() };
  const from = db.runtime.config.secret;
  const named = { ifMatch: null };
  for (const name of ["one", "two"]) {
    const route = routeInput.parse({ contract: { kind: "bearer", secret: `the secret of ${name}` } });
    succeeded(await putRoute(ctx, { ...named, name, input: route }));
    const connection = connectionInput.parse({ kind: "pg-cron", host: "h", database: "d", password: `of ${name}` });
    succeeded(await putConnection(ctx, { ...named, name, input: connection }));
    const webhook = webhookInput.parse({ url: "https://example.com/", secret: `the webhook secret of ${name}` });
    succeeded(await putWebhook(ctx, { ...named, name, input: webhook }));
  }
  const before = await boxes();
  // A new kind of box is found by itself: this test says which there are.
  expect([...new Set(before.map(([name]) => name))]).toEqual([
    ...["connection.secrets_box", "route.gate_key_box", "route.secrets_box", "webhook.secret_box"],
  ]);
  const clear = before.map(([, box]) => open(from, box));

  // The transaction fails at its end: everything is as it was.
  await db.sql.query(
    `CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$`,
  );
  await db.sql.query("CREATE TRIGGER forbid BEFORE INSERT ON audit EXECUTE FUNCTION forbid()");
  await expect(rotateSecret(db.pool, { from, to: NEXT, now: ctx.now })).rejects.toThrow("no");
  expect(await boxes()).toEqual(before);
  await db.sql.query("DROP TRIGGER forbid ON audit");

  expect(await rotateSecret(db.pool, { from, to: NEXT, now: ctx.now })).toEqual({ sealed: 8, already: 0, lost: {} });
  const after = await boxes();
  expect(after.map(([, box]) => open(NEXT, box))).toEqual(clear);
  expect(after.every(([, box]) => open(from, box) === null)).toBe(true);
  const [route, connection] = [await routeByName(db.sql, "two"), await connectionByName(db.sql, "two")];
  expect(route && openedRoute(route, NEXT).secrets).toEqual({ "contract.secret": "the secret of two" });
  expect(connection && openedSecrets(connection, NEXT)).toEqual({ password: "of two" });

  // Again, as after a crash before the new secret was put in its place; one was made under a third secret long ago.
  await db.sql.query("UPDATE webhook SET secret_box = $1::bytea WHERE name = 'one'", [seal("a third secret", "x")]);
  expect(await rotateSecret(db.pool, { from, to: NEXT, now: ctx.now })).toEqual({
    ...{ sealed: 0, already: 7, lost: { "webhook.secret_box": 1 } },
  });
  expect(JSON.stringify(await db.sql.query("SELECT detail FROM audit WHERE action = 'secret.rotated'"))).not.toContain(
    "secret of",
  );
});
