import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { useDatabase } from "#lib/testing/database.ts";
import { startListener } from "./listen.ts";

const database = useDatabase();
const listen = () =>
  startListener({
    connection: { ...database.connection, application_name: "listening" },
    sleep: (length, signal) => pause(length, undefined, signal ? { signal } : {}),
  });
async function until(holds: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 10_000; !holds(); ) {
    if (performance.now() > deadline) throw new Error("it does not come true");
    await pause(5);
  }
}
const notify = (channel: string, payload: string) => database.sql.query("SELECT pg_notify($1, $2)", [channel, payload]);
const cut = () =>
  database.sql.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'listening'");

it("hears what its channels are told, by one connection, until it stops listening", async () => {
  const listener = await listen();
  const heard: string[] = [];
  const stopA = await listener.subscribe("rollcall_a", (payload) => heard.push(`a:${payload}`));
  await listener.subscribe("rollcall_b", (payload) => heard.push(`b:${payload}`));
  await notify("rollcall_a", "1");
  await notify("rollcall_b", "2");
  await notify("rollcall_c", "3");
  await until(() => heard.length === 2);
  stopA();
  await notify("rollcall_a", "4");
  await notify("rollcall_b", "5");
  await until(() => heard.length === 3);
  expect(heard).toEqual(["a:1", "b:2", "b:5"]);
  const [row] = await database.sql.query<{ count: string }>(
    "SELECT count(*)::text AS count FROM pg_stat_activity WHERE application_name = 'listening'",
  );
  expect(row?.count).toBe("1");
  await listener.stop();
});

it("a subscriber that throws takes nothing from the others", async () => {
  const listener = await listen();
  const heard: string[] = [];
  await listener.subscribe("rollcall_a", () => {
    throw new Error("a bug");
  });
  await listener.subscribe("rollcall_a", (payload) => heard.push(payload));
  await notify("rollcall_a", "1");
  await until(() => heard.length === 1);
  await listener.stop();
});

it("comes back when it is lost, listens to all its channels by then, and says so", async () => {
  const listener = await listen();
  const told: string[] = [];
  const heard: string[] = [];
  listener.onDown(() => told.push("down"));
  listener.onUp(() => {
    told.push("up");
    void notify("rollcall_a", "at once");
  });
  await listener.subscribe("rollcall_a", (payload) => heard.push(payload));
  await cut();
  await until(() => told.length === 2 && listener.isUp());
  await until(() => heard.length === 1);
  expect([told, heard]).toEqual([["down", "up"], ["at once"]]);
  await listener.stop();
  expect(listener.isUp()).toBe(false);
  await pause(100);
  const left = await database.sql.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'listening'");
  expect(left).toEqual([]);
});

it("goes on trying where there is no database at the start, and ends when it is stopped", async () => {
  let troubles = 0;
  const listener = await startListener({
    connection: { host: "127.0.0.1", port: 1, database: "none" },
    sleep: (length, signal) => pause(Math.min(length, 10), undefined, signal ? { signal } : {}),
    onTrouble: () => troubles++,
  });
  expect(listener.isUp()).toBe(false);
  await listener.subscribe("rollcall_a", () => {});
  await until(() => troubles > 3);
  await listener.stop();
  const then = troubles;
  await pause(60);
  expect(troubles).toBeLessThanOrEqual(then + 1);
});
