/**
 * Targets whose doors are the platforms' own libraries, used as their documentation shows: the matrix lets none of its own
 * requests be the measure. What the libraries overlook by themselves (contracts.md, sections 0 and 1) is found and named.
 */
import { randomUUID } from "node:crypto";
import { verify as verifyOctokit } from "@octokit/webhooks-methods";
import { Receiver } from "@upstash/qstash";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";
import { expect, test } from "vitest";
import type { ContractConfig } from "#gate/contracts/register.ts";
import { routeInput } from "#lib/boundary/schema.ts";
import { putRoute } from "#lib/boundary/service.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { givenTarget } from "#lib/testing/target.ts";
import { instant } from "#lib/time/instant.ts";
import { SAMPLES, SECRET } from "../../packages/gate/testing/samples.ts";
import { verifyRoute } from "./verify-route.ts";

const db = useDatabase();

interface Came {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the matrix says of an application that lets in whom this lets in; throwing refuses. */
async function verified(contract: ContractConfig, door: (came: Came) => unknown): Promise<readonly string[]> {
  // The libraries read the machine's clock.
  db.clock.at = instant(Date.now());
  const target = await givenTarget(async (request, response, body) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const came = { url: `${target.origin}${request.url}`, headers, body: body.toString() };
    const admitted = await Promise.resolve(came)
      .then(door)
      .catch(() => false);
    response.writeHead(admitted === false || admitted === undefined ? 401 : 200).end("{}");
  });
  const input = routeInput.parse({
    ...{ contract, probeMethods: ["POST"], allowPrivateNetwork: true },
    probeUrl: `${target.origin}/api/cron/probe`,
  });
  const ctx = { actor: SYSTEM, now: db.clock.now() };
  const name = `r-${randomUUID().slice(0, 8)}`;
  succeeded(await putRoute(ctx, { name, input, ifMatch: null }));
  const { cases, green } = succeeded(await verifyRoute(ctx, { name }));
  const red = cases.filter(({ passed }) => passed === false);
  expect(green).toBe(red.length === 0);
  expect(cases.find((one) => one.case === "valid_scheduler")).toMatchObject({ got: "accepted", passed: true });
  return red.map((one) => `${one.case}, ${one.variant}: ${one.reason}`);
}

const qstash = SAMPLES.qstash.config;
const keys = qstash.kind === "qstash" ? { currentSigningKey: qstash.currentSigningKey ?? "", nextSigningKey: qstash.nextSigningKey ?? "" } : null; // biome-ignore format: one line
const receiver = (more: object = {}) => {
  if (!keys) throw new Error("it has keys");
  return new Receiver({ ...keys, ...more });
};

test("Upstash's receiver as its wrapper of the App Router uses it: the address is not looked at, nor who was here before", async () => {
  const door = ({ headers, body }: Came) => receiver().verify({ signature: headers["upstash-signature"] ?? "", body });
  expect(await verified(qstash, door)).toEqual([
    "replayed, the same twice: fail_open",
    "wrong_audience, another address: fail_open",
  ]);
});

test("Upstash's receiver told its address: a replay is left", async () => {
  const door = ({ url, headers, body }: Came) =>
    receiver().verify({ signature: headers["upstash-signature"] ?? "", body, url });
  expect(await verified(qstash, door)).toEqual(["replayed, the same twice: fail_open"]);
});

test("Upstash's receiver with QSTASH_DEV left on in production: its public key comes in", async () => {
  const seen = new Set<string>();
  const door = async ({ url, headers, body }: Came) => {
    const signature = headers["upstash-signature"] ?? "";
    const asked = { signature, body, url };
    const dev = new Receiver({ currentSigningKey: "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r", nextSigningKey: "sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs" }); // biome-ignore format: one line
    const fresh = !seen.has(signature);
    seen.add(signature);
    return (
      fresh &&
      ((await receiver()
        .verify(asked)
        .catch(() => false)) ||
        (await dev.verify(asked)))
    );
  };
  expect(await verified(qstash, door)).toEqual(["wrong_secret, Upstash's public key for development: fail_open"]);
});

/** The libraries take one secret. */
function oneSecret({ config }: (typeof SAMPLES)["hmac"]): ContractConfig {
  const { nextSecret: _, ...one } = config as ContractConfig & { readonly nextSecret?: string };
  return one as ContractConfig;
}

test("the library of Standard Webhooks: ids are the application's to remember", async () => {
  const config = oneSecret(SAMPLES["standard-webhooks"]);
  const secret = config.kind === "standard-webhooks" ? (config.secret ?? "") : "";
  const door = ({ headers, body }: Came) => {
    new Webhook(secret).verify(body, headers);
    return true;
  };
  expect(await verified(config, door)).toEqual(["replayed, the same twice: fail_open"]);
});

test("Stripe's library takes a time that has not come yet", async () => {
  const config = oneSecret(SAMPLES["timestamped-hmac"]);
  const door = ({ headers, body }: Came) =>
    new Stripe("sk_test_none").webhooks.constructEvent(body, headers["stripe-signature"] ?? "", SECRET);
  expect(await verified(config, door)).toEqual(["expired, ten minutes ahead: fail_open"]);
});

test("Octokit's library: nothing is found", async () => {
  const door = ({ headers, body }: Came) => verifyOctokit(SECRET, body, headers["x-hub-signature-256"] ?? "");
  expect(await verified(oneSecret(SAMPLES.hmac), door)).toEqual([]);
});
