/**
 * A secret that proves nothing is named in all four places where somebody could look: where the application's gate
 * starts, in the answer of Rollcall's API, on the Boundary page (which shows what the API says of the route), and as the
 * reason of every refusal; never with a byte of itself.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describe as described } from "#gate/describe.ts";
import { createGate } from "#gate/index-node.ts";
import { type Listener, startListener } from "#lib/db/listen.ts";
import { log } from "#lib/log.ts";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { at } from "#lib/testing/schedules.ts";
import { type Gate, openGate } from "../gate.ts";

const db = useDatabase();
let gate: Gate;
let listener: Listener;
let server: Server;
let key: Call;

beforeAll(async () => {
  key = await keyCaller("write");
  db.clock.at = at("2027-01-12T02:00:03Z");
  listener = await startListener({ connection: db.connection, sleep: (length) => pause(Math.min(length, 100)) });
  gate = await openGate({ runtime: db.runtime, listener, log });
  server = createServer((request, response) => gate.door(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await gate.close();
  await listener.stop();
});

interface Unfit {
  readonly name: string;
  readonly secret: string;
  readonly reason: "secret_not_configured" | "weak_secret" | "development_key";
  /** What the API says behind the path of the secret; `null`: it refuses it. */
  readonly warns: string | null;
  /** What the refused request's sentence says. */
  readonly says: string;
}

const UNFIT: readonly Unfit[] = [
  { name: "empty", secret: "", reason: "secret_not_configured", warns: null, says: "no secret" },
  {
    ...{ name: "short", secret: "Qx7-Vz2_Kj9", reason: "weak_secret" },
    ...{ warns: "has fewer than 16 characters", says: "a secret of only 11 characters, where 16 are the least" },
  },
  {
    ...{ name: "white-space", secret: "Qx7-Vz2_Kj9-Wq4_Xk8\n", reason: "weak_secret" },
    ...{ warns: "begins or ends with white space", says: "a secret with white space at its ends" },
  },
  {
    ...{ name: "undefined", secret: "undefined", reason: "secret_not_configured" },
    ...{ warns: "is the word that a program writes where a variable was never set", says: "the word undefined" },
  },
  {
    ...{ name: "unexpanded", secret: "$QXVZ_KJWQ", reason: "secret_not_configured" },
    ...{ warns: "nothing filled it in", says: "a placeholder in place of its secret" },
  },
  {
    ...{ name: "development", secret: "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r", reason: "development_key" },
    ...{ warns: "is a platform's public key for development", says: "a key that stands in public documentation" },
  },
];
const bearer = (secret: string) => ({ kind: "bearer", secret }) as const;

test.each(UNFIT)("$name: named where the gate starts, and as the reason of the refusal", async (one) => {
  const { secret, reason, says } = one;
  const lines: string[] = [];
  const decisions: string[] = [];
  const application = createGate({
    ...{ route: one.name, contract: bearer(secret), gateKey: "a gate key of enough characters", describe: described },
    log: (line) => lines.push(line),
    onDecision: (decision) => decisions.push(JSON.stringify(decision)),
  });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(`route "${one.name}" refuses everybody: bearer.secret is unfit (${reason}: `);
  const headers = { authorization: `Bearer ${secret.trim()}` };
  const answer = await application.protect(() => new Response("ran"))(new Request("https://a.example/", { headers }));
  expect(answer.status).toBe(403);
  expect(JSON.parse(decisions[0] ?? "")).toMatchObject({ outcome: "rejected", reason });
  expect(decisions[0]).toContain(says);
  if (secret.trim() !== "" && secret !== "undefined")
    expect(`${lines}${decisions}${await answer.text()}`).not.toContain(secret.trim());
});

test.each(UNFIT)("$name: Rollcall's API and its Boundary page name it, and its own gate refuses by it", async (one) => {
  const { name, secret, reason, warns, says } = one;
  const made = await key("PUT", `/routes/${name}`, { contract: bearer(secret), url: "https://app.example.com/cron" });
  if (warns === null) {
    expect(made).toMatchObject({ status: 422, body: { errors: [{ path: "contract.secret", message: "must not be empty" }] } }); // biome-ignore format: one line
    return;
  }
  expect(made.status).toBe(201);
  const expected = { code: reason, path: "contract.secret", message: expect.stringContaining(warns) };
  expect(made.body.warnings).toEqual([expected]);
  expect(made.body.warnings[0].message).toMatch(/: the gate refuses every request until it is replaced\.$/);
  const shown = await key("GET", `/routes/${name}`);
  expect(shown.body.warnings).toEqual([expected]);
  const { port } = server.address() as AddressInfo;
  const headers = { "x-original-method": "GET", "x-original-uri": "/cron", authorization: `Bearer ${secret.trim()}` };
  const asked = () => fetch(`http://127.0.0.1:${port}/gate/${name}`, { headers });
  let answer = await asked();
  while (answer.headers.get("rollcall-reason") === "route_unknown") {
    await pause(10);
    answer = await asked();
  }
  expect([answer.status, answer.headers.get("rollcall-reason")]).toEqual([403, reason]);
  for (;;) {
    const { items } = (await key("GET", `/boundary/decisions?route=${name}&reason=${reason}`)).body;
    if (items.length > 0) {
      expect(items[0].diagnosis).toContain(says);
      const told = JSON.stringify([made.body, shown.body, items]).replaceAll(made.body.gateKey, "");
      if (secret !== "undefined") expect(told).not.toContain(secret.trim());
      break;
    }
    await pause(10);
  }
});

test("at the doors beside it, what follows is said as it is there", async () => {
  const more = { manual: bearer("undefined"), caller: { kind: "hmac", secret: "$X" }, proxyKey: "short" };
  const made = await key("PUT", "/routes/doors", { contract: bearer("Qx7-Vz2_Kj9-Wq4_Xk8"), ...more });
  expect(made.body.warnings.map(({ message }: { readonly message: string }) => message).sort()).toEqual([
    "caller.secret is a name or word that stands for a secret, and nothing filled it in: the matrix cannot make what the caller presents until it is replaced.",
    "manual.secret is the word that a program writes where a variable was never set: nobody is let in by hand until it is replaced.",
    "proxyKey has fewer than 16 characters: whoever guesses it passes for the proxy.",
  ]);
});
