import { beforeAll, expect, test } from "vitest";
import { connectionByName, openedSecrets } from "#lib/drivers/connection-store.ts";
import { type Call, keyCaller, sessionCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { insertCast } from "#lib/testing/people.ts";

const db = useDatabase();
let key: Call;
let vera: Call;
let ada: Call;

beforeAll(async () => {
  key = await keyCaller("write");
  const cast = await insertCast(db.sql, db.clock.now());
  [vera, ada] = [await sessionCaller(cast.vera), await sessionCaller(cast.ada)];
});

const PASSWORD = "correct-horse-battery-staple-ok!";
const connection = (more: object = {}) => ({
  kind: "pg-cron",
  host: "db.example.com",
  database: "app",
  user: "rollcall",
  password: PASSWORD,
  ...more,
});
const schedule = (driver: object) => ({
  name: "Nightly",
  spec: { kind: "cron", expression: "0 2 * * *", dialect: "pg-cron" },
  timezone: "UTC",
  graceSeconds: 600,
  driver,
});
const opened = async (name: string) => {
  const row = await connectionByName(db.sql, name);
  return row && openedSecrets(row, db.runtime.config.secret);
};

test("a connection's secrets go in and never come out, and stay when it is sent back as it was read", async () => {
  const made = await key("PUT", "/connections/warehouse", connection());
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    ...{ name: "warehouse", kind: "pg-cron", port: 5432, tls: "verify", schedules: [], failing: null },
    password: { set: true, length: 32, updatedAt: "2027-01-12T00:00:00.000Z" },
  });
  const read = await vera("GET", "/connections/warehouse");
  const again = await key("PUT", "/connections/warehouse", read.body);
  expect([again.status, again.body.version]).toEqual([200, 2]);
  expect(await opened("warehouse")).toEqual({ password: PASSWORD });
  const everything = [read.body, (await key("GET", "/connections")).body, (await ada("GET", "/audit")).body];
  expect(JSON.stringify(everything)).not.toContain(PASSWORD);
  const rows = await db.sql.query("SELECT row_to_json(c) AS r, encode(secrets_box, 'escape') AS b FROM connection c");
  expect(JSON.stringify(rows)).not.toContain(PASSWORD);
});

test("a secret stays for the address it was given for, and for no other", async () => {
  await key("PUT", "/connections/moved", connection());
  const moved = await key(
    "PUT",
    "/connections/moved",
    connection({ host: "evil.example.com", password: { set: true } }),
  );
  expect(moved.status).toBe(422);
  expect(moved.body.errors).toEqual([{ path: "password", message: "must be given anew for another address" }]);
  expect((await key("PUT", "/connections/moved", connection({ password: null }))).body.password).toEqual({
    set: false,
  });
  expect(await opened("moved")).toEqual({});
});

test("what does not belong to its kind, or is another's to do, is refused", async () => {
  expect((await vera("PUT", "/connections/mine", connection())).status).toBe(403);
  expect((await key("PUT", "/connections/mine", { kind: "vercel" })).status).toBe(422);
  expect((await key("PUT", "/connections/mine", connection({ port: 70_000 }))).body.errors[0].path).toBe("port");
  expect((await key("PUT", "/connections/Not%20a%20name", connection())).status).toBe(422);
  expect((await key("GET", "/connections/mine")).status).toBe(404);
  expect((await key("POST", "/connections/mine/discover")).status).toBe(404);
});

test("a schedule names a connection that is there, and of its own kind", async () => {
  const driver = { kind: "pg-cron", connection: "used", ref: "nightly" };
  const unknown = await key("PUT", "/schedules/nightly", schedule(driver));
  expect([unknown.status, unknown.body.code]).toEqual([422, "unknown_connection"]);
  expect(unknown.body.errors[0]).toMatchObject({
    path: "driver.connection",
    message: "There is no connection “used”: make it first (PUT /connections/used).",
  });
  await key("PUT", "/connections/used", connection());
  const other = await key("PUT", "/schedules/nightly", schedule({ ...driver, kind: "bullmq" }));
  expect(other.body.errors[0].message).toBe("The connection “used” is one of pg-cron, and this driver is bullmq.");
  expect((await key("PUT", "/schedules/nightly", schedule(driver))).status).toBe(201);
  expect((await key("GET", "/connections/used")).body.schedules).toEqual(["nightly"]);
  const removed = await key("DELETE", "/connections/used");
  expect([removed.status, removed.body.code]).toEqual([409, "connection_in_use"]);
  await key("DELETE", "/schedules/nightly");
  expect((await key("DELETE", "/connections/used")).status).toBe(204);
});

test("If-Match keeps two editors apart", async () => {
  await key("PUT", "/connections/edited", connection());
  expect((await key("PUT", "/connections/edited", connection(), { "if-match": '"7"' })).status).toBe(412);
  expect((await key("DELETE", "/connections/edited", undefined, { "if-match": '"7"' })).status).toBe(412);
  expect((await key("DELETE", "/connections/edited", undefined, { "if-match": '"1"' })).status).toBe(204);
});

test("the drivers say what a connection of theirs may be told", async () => {
  const { body } = await vera("GET", "/drivers");
  expect(body.items.map((one: { kind: string }) => one.kind)).toEqual([
    ...["pg-cron", "bullmq", "crontab", "kubernetes", "sql", "webhook"],
  ]);
  expect(body.items[0].fields).toContainEqual({
    ...{ name: "password", type: "secret", required: false },
    words: "the password of that role; without one the server has to trust it",
  });
});
