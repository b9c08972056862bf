/** Failure stories of signatures, tokens and clocks (contracts.md, section 3): what the gate's own decisions say of each. */
import http from "node:http";
import express from "express";
import { describe, expect, test } from "vitest";
import type { ContractConfig } from "#gate/contracts/register.ts";
import { tokens } from "#gate/jwt.ts";
import { type Request, type Story, sentAs, useStories } from "#lib/testing/story.ts";
import { fetchKeys } from "../../../packages/gate/testing/judging.ts";
import { GOOGLE, issued, SAMPLES, SECRET, stranger } from "../../../packages/gate/testing/samples.ts";

const stories = useStories();
const refusedWith = (reason: string) => ({ verdict: "missing", cause: "rejected", reason });
/** A moment before or after the request: seconds. */
const off = (seconds: number): number => stories.moment(60, 3 + seconds);
const FLAT = '{"job":"nightly","parts":[1,2]}';
type Signs = "hmac" | "qstash" | "standard-webhooks" | "timestamped-hmac" | "inngest";
const genuine = async (kind: Signs, story: Story, asked: { now?: number; body?: string; url?: string } = {}) =>
  sentAs(await SAMPLES[kind].genuine({ now: off(0), url: story.url, body: FLAT, ...asked }));

/** A hop that passes everything on but the body, of which it makes another. */
const hop = (story: Story, to: string, rewrite: (body: string) => string): Promise<string> =>
  story.serve((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const made = rewrite(body);
      const { method = "POST", headers } = request;
      const changed = { ...headers, "content-length": String(Buffer.byteLength(made)) };
      const passed = http.request(`${to}${request.url}`, { method, headers: changed, agent: false });
      passed.on("response", (answer) => {
        response.writeHead(answer.statusCode ?? 502);
        answer.pipe(response);
      });
      passed.end(made);
    });
  });

describe("story 11: something reads the body before the gate", () => {
  test.each(["hmac", "qstash", "standard-webhooks"] as const)(
    "%s: parsed and written again on the way",
    async (kind) => {
      const story = await stories.given(SAMPLES[kind].config);
      const proxy = await hop(story, await story.guarded(), (body) => JSON.stringify(JSON.parse(body), null, 2));
      expect(await story.calls(proxy, await genuine(kind, story))).toBe(401);
      const told = await story.ends();
      expect(told).toMatchObject({ ...refusedWith("bad_signature"), decisions: [{ contractResembled: kind }] });
      expect(told.because).toBe(
        "Refused at the boundary: the signature is genuine for another form of this body: something on the way parsed and wrote it again.",
      );
    },
  );
  test("emptied on the way", async () => {
    const story = await stories.given(SAMPLES.qstash.config);
    const proxy = await hop(story, await story.guarded(), () => "");
    expect(await story.calls(proxy, await genuine("qstash", story))).toBe(401);
    const told = await story.ends();
    expect(told.because).toContain("no body arrived: something may have read it before the gate");
  });
  test("express.json() stands before the gate", async () => {
    const story = await stories.given(SAMPLES.hmac.config);
    const app = express();
    app.use(express.json());
    app.post("/api/cron/nightly", story.gate().node(), (_request, response) => void response.json({ ran: true }));
    const request = await genuine("hmac", story);
    const json = { ...request, headers: { ...request.headers, "content-type": "application/json" } };
    expect(await story.calls(await story.serve(app), json)).toBe(401);
    const told = await story.ends();
    expect(told).toMatchObject(refusedWith("bad_signature"));
    expect(told.because).toBe(
      "Refused at the boundary: the body was read before the gate could check it; put the gate before whatever parses bodies.",
    );
  });
});

test("story 12: behind a proxy that ends TLS, the URL in the signature is another than the one seen", async () => {
  const story = await stories.given(SAMPLES.qstash.config);
  const app = await story.guarded({ publicUrl: "http://app.example.com" });
  expect(await story.calls(app, await genuine("qstash", story))).toBe(403);
  const told = await story.ends();
  expect(told).toMatchObject(refusedWith("wrong_subject"));
  expect(told.because).toBe(
    "Refused at the boundary: the signature is for another URL; they differ in the scheme: signed for https://app.example.com/api/cron/nightly, arrived at http://app.example.com/api/cron/nightly. Tell the gate its public address (publicUrl).",
  );
});

describe("story 14: the audience of Google's token", () => {
  const google = async (claims: object = {}, key?: typeof stranger.privateKey): Promise<Request> => ({
    method: "POST",
    headers: {
      ...{
        "user-agent": "Google-Cloud-Scheduler",
        "x-cloudscheduler": "true",
        "x-cloudscheduler-jobname": "Nightly_1",
      },
      authorization: `Bearer ${await issued({ ...GOOGLE, ...claims }, off(0), key ? { key } : {})}`,
    },
  });
  const given = async (): Promise<{ story: Story; app: string }> => {
    const config: ContractConfig = { ...SAMPLES["google-oidc"].config, audience: `${"https://app.example.com"}/api/cron/nightly` } as ContractConfig; // biome-ignore format: one line
    const story = await stories.given(config);
    return { story, app: await story.guarded({ tokens: tokens({ fetch: fetchKeys }) }) };
  };
  test("is the whole target with its query, unless the job says otherwise", async () => {
    const { story, app } = await given();
    expect(await story.calls(app, await google({ aud: `${story.url}?part=2` }))).toBe(403);
    const told = await story.ends();
    expect(told).toMatchObject({ ...refusedWith("wrong_audience"), decisions: [{ contractResembled: "google-oidc" }] });
    expect(told.because).toBe(
      "Refused at the boundary: the token is meant for another audience: expected https://app.example.com/api/cron/nightly, presented https://app.example.com/api/cron/nightly?… (they differ in the query).",
    );
  });
  test("an issuer that is not Google, another customer's account, a key that is not Google's", async () => {
    const { story, app } = await given();
    const aud = story.url;
    await story.calls(app, await google({ aud, iss: "https://login.example.com" }));
    await story.calls(app, await google({ aud, email: "cron@other.iam.gserviceaccount.com" }));
    await story.calls(app, await google({ aud }, stranger.privateKey));
    const told = await story.ends();
    expect(told.cause).toBe("rejected");
    expect(told.decisions.map(({ reason }) => reason).sort()).toEqual([
      "bad_signature",
      "claim_mismatch",
      "unknown_issuer",
    ]);
  });
  test("an access token where an identity token is expected", async () => {
    const { story, app } = await given();
    const request = { headers: { "user-agent": "Google-Cloud-Scheduler", authorization: `Bearer ya29.${SECRET}` } };
    expect(await story.calls(app, request)).toBe(401);
    const told = await story.ends();
    expect(told).toMatchObject(refusedWith("wrong_contract"));
    expect(told.because).toContain(
      "the request carries an OAuth access token of Google's; this route expects an OIDC token",
    );
  });
  test("story 17: X-Appengine-Cron was relied on, and Cloud Scheduler's HTTP job cannot send it", async () => {
    const { story, app } = await given();
    const headers = { "user-agent": "Google-Cloud-Scheduler", "x-cloudscheduler": "true" };
    expect(await story.calls(app, { method: "POST", headers })).toBe(401);
    const told = await story.ends();
    expect(told).toMatchObject(refusedWith("hint_without_proof"));
    expect(told.because).toBe(
      "Refused at the boundary: the request looks like Google Cloud Scheduler by the user agent Google-Cloud-Scheduler and x-cloudscheduler, which anyone can type, and carries no proof; this route expects an OIDC token of Google's for cron@p.iam.gserviceaccount.com. A Cloud Scheduler job carries a token only where its target has a service account set (OIDC); X-Appengine-Cron comes from App Engine's own cron alone.",
    );
  });
  test("expired, and not valid yet", async () => {
    const { story, app } = await given();
    const aud = story.url;
    await story.calls(app, await google({ aud, exp: off(-900) / 1_000 }));
    await story.calls(app, await google({ aud, iat: off(900) / 1_000, exp: off(4_500) / 1_000 }));
    const told = await story.ends();
    expect(told.decisions.map(({ diagnosis }) => diagnosis).sort()).toEqual([
      "The token becomes valid only in 900 s: a clock is wrong, the issuer's or this machine's.",
      "The token expired 900 s ago.",
    ]);
  });
});

test("story 18: Inngest's unsigned probe at a deployment is noise, and no run that failed", async () => {
  const story = await stories.given(SAMPLES.inngest.config);
  const app = await story.guarded();
  expect(await story.calls(app, { headers: { "user-agent": "Inngest", "x-inngest-server-kind": "cloud" } })).toBe(401);
  const told = await story.ends();
  // The probe is evidence for no window: the run itself was silent.
  expect(told).toMatchObject({ cause: "silent", decisions: [{ reason: "probe_unsigned", via: "probe" }] });
});

test("story 20: QStash retries what is refused; each is answered 401 and not 500, and one incident tells of all", async () => {
  const story = await stories.given(SAMPLES.qstash.config);
  const nextOnly = {
    currentSigningKey: "sig_7TWVXJQKZq9XJWQKVZ4Jxzkqwvq",
    nextSigningKey: "sig_8QWVKXJZq2ZKXWQJVZ6Kqjxzvwk",
  };
  const app = await story.guarded({ contract: { kind: "qstash", ...nextOnly } });
  for (let retried = 0; retried < 3; retried++) {
    const request = await genuine("qstash", story);
    const headers = { ...request.headers, "upstash-retried": String(retried) };
    expect(await story.calls(app, { ...request, headers })).toBe(401);
  }
  const told = await story.ends();
  expect(told).toMatchObject(refusedWith("bad_signature"));
  expect(told.decisions).toHaveLength(3);
  expect(new Set(told.decisions.map(({ executionId }) => executionId)).size).toBe(1);
});

describe("story 21: clocks, and what is sent again", () => {
  test.each([
    ["timestamped-hmac", -600, "stale_timestamp", "the signature is too old: 600 s old"],
    ["timestamped-hmac", 600, "future_timestamp", "the signature is of the future: 600 s ahead"],
    ["standard-webhooks", -600, "stale_timestamp", "the signature is too old: 600 s old"],
    ["inngest", 600, "future_timestamp", "A clock is wrong, the sender's or this machine's."],
    ["qstash", -600, "expired_token", "the token expired 300 s ago"],
    ["qstash", 600, "not_yet_valid", "the token becomes valid only in 600 s: a clock is wrong"],
  ] as const)("%s, made %d s off, is refused as %s", async (kind, seconds, reason, words) => {
    const story = await stories.given(SAMPLES[kind].config);
    const request = await genuine(kind, story, { now: off(seconds) });
    expect(await story.calls(await story.guarded(), request)).toBe(401);
    const told = await story.ends();
    expect(told).toMatchObject(refusedWith(reason));
    expect(told.because).toContain(words);
  });
  test.each(["qstash", "standard-webhooks"] as const)("%s: the very same proof a second time", async (kind) => {
    const story = await stories.given(SAMPLES[kind].config);
    const app = await story.guarded();
    const request = await genuine(kind, story);
    expect(await story.calls(app, request)).toBe(200);
    expect(await story.calls(app, request)).toBe(403);
    const told = await story.ends();
    expect(told).toMatchObject({ cause: "lost", decisions: [{}, {}] });
    expect(told.decisions.find(({ outcome }) => outcome === "rejected")).toMatchObject({
      reason: "token_reuse",
      diagnosis:
        "The very same proof was presented before: the request was sent again, by its sender or by somebody who read it.",
    });
  });
  test("a body beyond what the gate reads", async () => {
    const story = await stories.given(SAMPLES.hmac.config);
    const app = await story.guarded({ mostBodyBytes: 10 });
    expect(await story.calls(app, await genuine("hmac", story))).toBe(403);
    const told = await story.ends();
    expect(told).toMatchObject(refusedWith("body_too_large"));
  });
});

test("story 23: whoever sends x-middleware-subrequest is refused in the handler too, with the right secret", async () => {
  const story = await stories.given({ kind: "bearer", secret: SECRET });
  const headers = { authorization: `Bearer ${SECRET}`, "x-middleware-subrequest": "middleware:middleware" };
  expect(await story.calls(await story.guarded(), { headers })).toBe(403);
  const told = await story.ends();
  expect(told.decisions).toMatchObject([{ reason: "untrusted_proxy" }]);
  expect(told.decisions[0]?.diagnosis).toContain("CVE-2025-29927");
});

test("another contract than the one expected: the request is recognised by its form", async () => {
  const story = await stories.given(SAMPLES["standard-webhooks"].config);
  const headers = { "user-agent": "vercel-cron/1.0", "x-vercel-cron-schedule": "0 5 * * *", authorization: `Bearer ${SECRET}` }; // biome-ignore format: one line
  expect(await story.calls(await story.guarded(), { headers })).toBe(401);
  const told = await story.ends();
  expect(told).toMatchObject({ ...refusedWith("wrong_contract"), decisions: [{ contractResembled: "vercel-cron" }] });
  expect(told.because).toBe(
    "Refused at the boundary: the request carries a bearer secret as Vercel Cron sends it; this route expects a Standard Webhooks signature (webhook-id, webhook-timestamp, webhook-signature).",
  );
});
