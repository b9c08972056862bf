/** What the documentation shows to be sent, sent as it stands there; what it shows to be answered, as the API describes it. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accelerateInput } from "#lib/accelerations/schema.ts";
import { createKey } from "#lib/access/keys.ts";
import { projectRoot } from "#lib/project-root.ts";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { apiListener } from "./listener.ts";

const db = useDatabase();
const docs = join(projectRoot(), "docs");
let server: Server;
let key: Call;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  key = await keyCaller("write");
  server = createServer(apiListener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { text } = succeeded(await createKey({ actor: SYSTEM, now: db.clock.now() }, { name: "docs", scope: "write" }));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  env = { PATH: process.env["PATH"] ?? "", KEY: text, ROLLCALL_API_KEY: text, ROLLCALL_URL: url };
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const pages = ["../README.md", ...readdirSync(docs).filter((name) => name.endsWith(".md"))];
const blocksOf = (page: string, language: string): readonly string[] =>
  [...readFileSync(join(docs, page), "utf8").matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "gm"))].map(
    ([, text = ""]) => text,
  );

/** Whatever host stands there is this API. */
const run = (text: string) =>
  new Promise<unknown>((resolve, reject) => {
    const here = text.replace(/https?:\/\/[\w.]+(?::\d+)?(?=\/api\/v1)/g, "$ROLLCALL_URL");
    execFile(
      "sh",
      ["-c", `set -eu\n${here.replace(/\bcurl\b/g, "curl -sS")}`],
      { env: { ...process.env, ...env } },
      (failed, out, err) => {
        if (failed) reject(new Error(err));
        else resolve(JSON.parse(out));
      },
    );
  });

describe("what is sent by curl", () => {
  const found = new Map(
    pages.flatMap((page) => {
      const texts = blocksOf(page, "sh").filter((text) => /curl[^|]*\/api\/v1\/[\s\S]* -d /.test(text) && !text.startsWith("#!")); // biome-ignore format: one line
      return texts.length === 0 ? [] : [[page, texts] as const];
    }),
  );

  test("each has a test here", () => {
    expect([...found].map(([page, texts]) => [page, texts.length])).toEqual([
      ["../README.md", 1],
      ["accelerating.md", 1],
      ["dispatcher.md", 1],
    ]);
  });

  test("README.md: the first schedule", async () => {
    const [text = ""] = found.get("../README.md") ?? [];
    expect(await run(text)).toMatchObject({ slug: "nightly-backup", spec: { dialect: "vixie" } });
  });

  test("dispatcher.md: one that Rollcall fires; accelerating.md: made faster", async () => {
    const [fired = ""] = found.get("dispatcher.md") ?? [];
    expect(await run(fired)).toMatchObject({
      ...{ slug: "nightly", route: "cron-api", graceSeconds: 900 },
      driver: { kind: "rollcall", target: { timeoutSeconds: 120, retries: 2, overlap: "skip", catchUp: "run" } },
    });
    const [faster = ""] = found.get("accelerating.md") ?? [];
    // Behind a route it wants a green matrix: so without one.
    expect(await run(faster)).toMatchObject({ code: "matrix_not_green" });
    const { body } = await key("GET", "/schedules/nightly");
    await key("PUT", "/schedules/nightly", { ...body, route: null });
    expect(await run(faster)).toMatchObject({ schedule: "nightly", state: "requested", reason: "after the fix" });
  });
});

describe("what is sent as JSON", () => {
  const json = (page: string) => blocksOf(page, "json").map((text) => JSON.parse(text));

  test.each(["bullmq.md", "crontab.md", "kubernetes.md", "drivers.md"])("the connections of %s", async (page) => {
    const connections = json(page).filter((one) => "kind" in one);
    expect(connections.length).toBeGreaterThan(0);
    for (const [i, body] of connections.entries()) {
      const put = await key("PUT", `/connections/${page.replace(".", "-")}-${i}`, body);
      expect([body.kind, put.status, put.body.errors]).toEqual([body.kind, 201, undefined]);
    }
  });

  test("drivers.md: a schedule names its connection and its job", async () => {
    const driven = json("drivers.md").find((one) => "driver" in one);
    await key("PUT", `/connections/${driven.driver.connection}`, {
      kind: "pg-cron",
      host: "db.internal",
      database: "app",
    });
    const spec = { kind: "cron", expression: "0 2 * * *" };
    const put = await key("PUT", "/schedules/driven", {
      name: "Driven",
      spec,
      timezone: "UTC",
      graceSeconds: 60,
      ...driven,
    });
    expect([put.status, put.body.driver]).toEqual([201, driven.driver]);
  });

  test("acceleration.md: an acceleration", () => {
    for (const body of json("acceleration.md")) expect(accelerateInput.parse(body)).toMatchObject(body);
  });

  test("webhooks.md: the messages have the fields of the API's own shapes", async () => {
    const [message, incident, outage] = json("webhooks.md");
    expect(Object.keys(message).sort()).toEqual(["data", "timestamp", "type"]);
    const { schemas } = (await key("GET", "/openapi.json")).body.components;
    // Only one whose original could not be put back names an acceleration.
    const told = Object.keys(schemas.IncidentListed.properties).filter((name) => name !== "acceleration");
    expect(Object.keys(incident).sort()).toEqual(told.sort());
    // Without the incidents: they are told one by one. And by its route or by its driver.
    const left = Object.keys(schemas.Outage.properties).filter((name) => name !== "incidents" && name !== "driver");
    expect(Object.keys(outage).sort()).toEqual(left.sort());
  });
});
