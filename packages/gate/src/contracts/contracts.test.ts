import { createHmac } from "node:crypto";
import { verify as verifyOctokit } from "@octokit/webhooks-methods";
import { Receiver } from "@upstash/qstash";
import canonicalize from "canonicalize";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";
import { describe, expect, test } from "vitest";
import { depsAt } from "../../testing/judging.ts";
import { BODY, NEXT_SECRET, NOW, SAMPLES, SECRET, URL_OF_ROUTE } from "../../testing/samples.ts";
import { webCrypto } from "../crypto/web.ts";
import { decide } from "../decide.ts";
import { enforce } from "../judge.ts";
import { classify } from "../shape/classify.ts";
import { shapeOf } from "../shape/read-shape.ts";
import type { RequestParts } from "./contract.ts";
import { CONTRACT_KINDS, type ContractKind } from "./kinds.ts";
import { partsOf } from "./parts.ts";
import { type ContractConfig, contractOf, readConfig } from "./register.ts";
import { configProblem, secretsOf } from "./secrets.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const PLATFORM_ALONE: readonly ContractKind[] = ["google-oidc", "github-oidc", "kubernetes-token"];

describe.each(CONTRACT_KINDS)("contract %s", (kind) => {
  const { config, genuine, rotates, once } = SAMPLES[kind];
  const contract = contractOf(kind);
  const reads = (request: RequestParts) => shapeOf(request, { now: NOW, expectedHeaders: contract.expectedShape(config).headers }); // biome-ignore format: one line

  test("a genuine request, made by other hands than ours, is admitted", async () => {
    expect(await enforce(await genuine(), config, depsAt())).toMatchObject({ outcome: "admitted", reason: "admitted" });
  });

  test("and so it is by WebCrypto, as an edge checks it", async () => {
    expect(await enforce(await genuine(), config, depsAt(NOW, { crypto: webCrypto }))).toMatchObject({
      outcome: "admitted",
    });
  });

  if (rotates)
    test("the next key is accepted beside the present one, and said to be the other", async () => {
      expect(await enforce(await genuine({ next: true }), config, depsAt())).toMatchObject({
        outcome: "admitted",
        reason: "admitted_previous_key",
        detail: "next",
      });
    });

  test("no credentials are refused as missing", async () => {
    const bare = partsOf({ method: "POST", url: URL_OF_ROUTE, headers: {}, body: utf8(BODY) });
    const found = await decide(bare, { route: "r", contracts: [config] }, depsAt());
    expect(found).toMatchObject({ outcome: "rejected", reason: "missing_credentials", contractResembled: null });
    expect(found.diagnosis).toBe(`The request carries no credentials; this route expects ${contract.expects(config)}.`);
  });

  test("A hint (a user agent, an `x-…-cron: 1` header) is never proof.", async () => {
    const everyHint = Object.fromEntries(
      CONTRACT_KINDS.flatMap((of) => (contractOf(of).hints.headers ?? []).map((name) => [name, "1"])),
    );
    for (const agent of [
      "vercel-cron/1.0",
      "Google-Cloud-Scheduler",
      "Amazon/EventBridge/ApiDestinations",
      "Upstash-QStash",
      "Inngest",
      "pg_net/0.14.0",
      "Rollcall",
    ]) {
      // biome-ignore format: one line
      const headers = { ...everyHint, "user-agent": agent };
      const request = partsOf({ method: "POST", url: URL_OF_ROUTE, headers, body: utf8(BODY) });
      const found = await decide(request, { route: "r", contracts: [config] }, depsAt());
      expect(found).toMatchObject({ outcome: "rejected", reason: "hint_without_proof" });
      expect(found.diagnosis).toContain("which anyone can type");
    }
  });

  if (once)
    test("the same request twice is refused the second time, on its own route only", async () => {
      const deps = depsAt();
      const request = await genuine();
      expect(await enforce(request, config, deps)).toMatchObject({ outcome: "admitted" });
      expect(await enforce(request, config, deps)).toMatchObject({ reason: "token_reuse" });
      expect(await enforce(request, config, { ...deps, route: "another" })).toMatchObject({ outcome: "admitted" });
      expect(await enforce(await genuine({ now: NOW + 1_000 }), config, deps)).toMatchObject({ outcome: "admitted" });
    });

  if (!once)
    test("what carries no id or time of its own can be presented again, and its limits say so", async () => {
      const deps = depsAt();
      const request = await genuine();
      await enforce(request, config, deps);
      expect(await enforce(request, config, deps)).toMatchObject({ outcome: "admitted" });
      expect(contract.limits.join(" ")).toMatch(/neither|again|for ever|always/);
    });

  test("A gate without a configured secret rejects (reason `secret_not_configured`): it fails closed, and loudly.", async () => {
    const secrets = Object.entries(contract.fields).filter(([name]) => secretsOf(contract, config).some(({ value }) => (config as unknown as Record<string, unknown>)[name] === value)); // biome-ignore format: one line
    for (const [name] of secrets) {
      for (const [value, reason] of [
        ["", "secret_not_configured"],
        ["undefined", "secret_not_configured"],
        ["$CRON_SECRET", "secret_not_configured"],
        [`$\{CRON_SECRET}`, "secret_not_configured"],
        ["process.env.CRON_SECRET", "secret_not_configured"],
        ["changeme", "secret_not_configured"],
        ["short-secret-15", "weak_secret"],
        [`${SECRET}\n`, "weak_secret"],
        [`"${SECRET}"`, "weak_secret"],
        ["aaaaaaaaaaaaaaaaaaaaaa", "weak_secret"],
        ["sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r", "development_key"],
      ] as const) {
        const broken = { ...config, [name]: value } as ContractConfig;
        expect(configProblem(contract, broken), `${name} = ${value}`).toMatchObject({ reason, field: name });
        const verdict = await enforce(await genuine(), broken, depsAt());
        expect(verdict, `${name} = ${value}`).toMatchObject({ outcome: "rejected", reason });
      }
    }
  });

  test("its own maker's request is admitted, or it says why it cannot be made", async () => {
    const told = { executionId: "run-1", scheduledFor: NOW, schedule: "nightly", expression: "0 9 * * *" };
    const request = { method: "POST", url: URL_OF_ROUTE, body: utf8(BODY), told };
    const made = await contract.make(config, request, depsAt());
    expect(made.ok).toBe(!PLATFORM_ALONE.includes(kind));
    if (!made.ok) {
      expect(made).toMatchObject({ reason: "cannot_be_made" });
      expect(made.because).toMatch(/^Only .*\.$/);
      return;
    }
    expect(await enforce(partsOf(made.request), config, depsAt())).toMatchObject({ outcome: "admitted" });
  });

  test("a genuine request looks like this contract, by its proof", async () => {
    const looks = classify(reads(await genuine()));
    expect(looks).toContainEqual(expect.objectContaining({ kind, by: "proof" }));
    expect(looks[0]?.kind).toBe(kind);
  });

  test("For a reject it compares that shape with every contract that it knows, and says which one the request would have satisfied in form", async () => {
    for (const other of CONTRACT_KINDS) {
      const foreign = await SAMPLES[other].genuine();
      const found = await decide(foreign, { route: "r", contracts: [config] }, depsAt());
      if (found.outcome === "admitted") continue; // a bearer secret is a bearer secret, whoever sends it
      expect(found.contractResembled, `${other} at ${kind}`).not.toBeNull();
      if (other !== kind && found.reason === "wrong_contract") expect(found.contractResembled).toBe(other);
    }
  });

  test("what it is and cannot do is said in words", () => {
    expect(contract.kind).toBe(kind);
    expect(contract.expects(config)).toMatch(/^(a|an|the) /);
    expect(contract.carries).toMatch(/^(a|an|the) /);
    for (const limit of contract.limits) expect(limit).toMatch(/^[A-Z].*\.$/);
    expect(contract.limits.length).toBeGreaterThan(0);
  });

  test("its options are read from outside, and what is not one is named", () => {
    expect(readConfig(config)).toEqual({ ok: true, config });
    expect(readConfig({ ...config, colour: "red" })).toEqual({
      ok: false,
      errors: [{ path: "colour", message: "is not known" }],
    });
    for (const [name, field] of Object.entries(contract.fields)) {
      const wrong = readConfig({ ...config, [name]: 7.5 });
      expect(wrong, name).toMatchObject({ ok: false });
      if (!field.required || field.type === "secret") continue;
      expect(readConfig({ ...config, [name]: undefined }), name).toMatchObject({ ok: false });
    }
  });

  test("a broken or hostile value is refused, never thrown", async () => {
    for (const value of [
      "",
      " ",
      ",",
      "t=,v1=",
      "Bearer",
      "Bearer ",
      "Basic !",
      "Basic OjE6",
      "a.b.c",
      "e30.e30.",
      "x".repeat(20_000),
      "t=1,v1=zz,v1=",
      "v1,",
      "\u0000",
      "t=99999999999&s=00",
    ]) {
      // biome-ignore format: one line
      for (const header of contract.expectedShape(config).headers) {
        const request = { ...(await genuine()), headers: { ...(await genuine()).headers, [header]: value } };
        const found = await decide(request, { route: "r", contracts: [config] }, depsAt());
        expect(found, `${header}: ${value.slice(0, 20)}`).toMatchObject({ outcome: "rejected" });
        expect(found.reason).not.toBe("internal_error");
      }
    }
  });
});

describe("what our makers make, the platforms' own verifiers accept", () => {
  const made = async (kind: ContractKind, now: number) => {
    const request = { method: "POST", url: URL_OF_ROUTE, body: utf8(BODY) };
    const result = await contractOf(kind).make(SAMPLES[kind].config, request, depsAt(now));
    if (!result.ok) throw new Error(result.because);
    return { ...result.request, text: new TextDecoder().decode(result.request.body) };
  };
  const secretIn = (kind: ContractKind): string => secretsOf(contractOf(kind), SAMPLES[kind].config)[0]?.value ?? "";
  // The libraries read the clock themselves.
  const now = Math.floor(Date.now() / 1_000) * 1_000;

  test("Upstash's receiver", async () => {
    const { headers, text } = await made("qstash", now);
    const receiver = new Receiver({ currentSigningKey: secretIn("qstash"), nextSigningKey: NEXT_SECRET });
    const signature = headers["upstash-signature"] ?? "";
    expect(await receiver.verify({ signature, body: text, url: URL_OF_ROUTE })).toBe(true);
  });

  test("the library of Standard Webhooks", async () => {
    const { headers, text } = await made("standard-webhooks", now);
    expect(new Webhook(secretIn("standard-webhooks")).verify(text, headers)).toEqual(JSON.parse(BODY));
  });

  test("Stripe's library", async () => {
    const { headers, text } = await made("timestamped-hmac", now);
    const event = new Stripe("sk_test_none").webhooks.constructEvent(text, headers["Stripe-Signature".toLowerCase()] ?? "", secretIn("timestamped-hmac")); // biome-ignore format: one line
    expect(event).toEqual(JSON.parse(BODY));
  });

  test("Octokit's", async () => {
    const { headers, text } = await made("hmac", now);
    expect(await verifyOctokit(secretIn("hmac"), text, headers["x-hub-signature-256"] ?? "")).toBe(true);
  });

  test("Inngest's rule, recomputed with canonicalize", async () => {
    const { headers, text } = await made("inngest", now);
    const [, t, s] = /^t=(\d+)&s=([0-9a-f]+)$/.exec(headers["x-inngest-signature"] ?? "") ?? [];
    const key = secretIn("inngest").replace(/^signkey-\w+-/, "");
    expect(text).toBe(canonicalize(JSON.parse(BODY)));
    expect(s).toBe(createHmac("sha256", key).update(text).update(String(t)).digest("hex"));
  });
});
