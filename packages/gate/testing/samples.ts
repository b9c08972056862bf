/**
 * For every contract a configuration, and a genuine request made as its platform makes it: by the platform's own SDK or
 * by a library that has nothing to do with ours, never by our own maker.
 */
import { createHash, createHmac, randomUUID } from "node:crypto";
import { sign as signOctokit } from "@octokit/webhooks-methods";
import canonicalize from "canonicalize";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";
import type { RequestParts } from "../src/contracts/contract.ts";
import type { ContractKind } from "../src/contracts/kinds.ts";
import { partsOf } from "../src/contracts/parts.ts";
import type { ContractConfig } from "../src/contracts/register.ts";

export const NOW = Date.UTC(2026, 10, 24, 9, 0, 0);
export const URL_OF_ROUTE = "https://app.example.com/api/cron/nightly?part=2";
export const BODY = '{"b":1,"a":[1,2.50,"ü"]}';
export const SECRET = "Vq3ZQ7XKJWqv8ZKQXJ4wq1";
export const NEXT_SECRET = "Xw9KJZQ2VQXJKqz7WQJZ3v";
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export interface Asked {
  readonly now: number;
  readonly url: string;
  readonly body: string;
  /** The second slot's key. */
  readonly next: boolean;
  /** Claims that are other than they should be, for tokens. */
  readonly claims: JWTPayload;
}

export interface Sample {
  readonly config: ContractConfig;
  readonly genuine: (asked?: Partial<Asked>) => Promise<RequestParts>;
  /** Whether it has two slots. */
  readonly rotates: boolean;
  /** Whether the same request twice is refused. */
  readonly once: boolean;
}

const parts = (asked: Asked, headers: Record<string, string>, method = "POST"): RequestParts =>
  partsOf({ method, url: asked.url, headers, body: utf8(asked.body) });

const given =
  (make: (asked: Asked) => RequestParts | Promise<RequestParts>): Sample["genuine"] =>
  async (asked = {}) =>
    make({ now: NOW, url: URL_OF_ROUTE, body: BODY, next: false, claims: {}, ...asked });

const secretOf = ({ next }: Asked): string => (next ? NEXT_SECRET : SECRET);

/** The keys of every issuer here; another pair stands for a stranger's. */
export const issuer = await generateKeyPair("RS256", { extractable: true });
export const stranger = await generateKeyPair("RS256", { extractable: true });
export const jwks = { keys: [{ ...(await exportJWK(issuer.publicKey)), kid: "k1", alg: "RS256", use: "sig" }] };
export const JWKS_URL = "https://issuer.example/jwks";

export const issued = (
  claims: JWTPayload,
  now: number,
  {
    key = issuer.privateKey,
    kid = "k1",
  }: { readonly key?: Parameters<SignJWT["sign"]>[0]; readonly kid?: string } = {},
): Promise<string> =>
  new SignJWT({ iat: now / 1_000, exp: now / 1_000 + 3_600, ...claims })
    .setProtectedHeader({ alg: "RS256", kid, typ: "JWT" })
    .sign(key);

const WHSEC = `whsec_${Buffer.from("a key of thirty-two bytes, 01234").toString("base64")}`;
const NEXT_WHSEC = `whsec_${Buffer.from("another of thirty-two bytes, 012").toString("base64")}`;
const SIGNKEY = "signkey-prod-8f1b2c3d4e5f60718293a4b5c6d7e8f9";
const NEXT_SIGNKEY = "signkey-prod-00112233445566778899aabbccddeeff";
const QSTASH_KEYS = ["sig_4QZXJWKVq7XZJQKWVX2Jzqwkvxj", "sig_6WKZQXJVz3QKXWJVZQ8Kxjqzwvk"] as const;
const stripe = new Stripe("sk_test_none");

export const GOOGLE = { aud: URL_OF_ROUTE, email: "cron@p.iam.gserviceaccount.com", email_verified: true, iss: "https://accounts.google.com" }; // biome-ignore format: one line
export const GITHUB = { iss: "https://token.actions.githubusercontent.com", aud: "rollcall", repository: "acme/jobs", run_id: "77", run_attempt: "1" }; // biome-ignore format: one line
export const KUBERNETES = { iss: "https://kubernetes.default.svc", aud: "rollcall", sub: "system:serviceaccount:jobs:nightly" }; // biome-ignore format: one line

export const SAMPLES: Readonly<Record<ContractKind, Sample>> = {
  rollcall: {
    config: { kind: "rollcall", secret: SECRET, nextSecret: NEXT_SECRET },
    rotates: true,
    once: true,
    genuine: given((asked) => {
      const t = String(asked.now / 1_000);
      const { pathname, search } = new URL(asked.url);
      const digest = createHash("sha256").update(asked.body).digest("hex");
      const said = [randomUUID(), "2026-11-24T09:00:00.000Z", "nightly", digest] as const;
      const signed = ["rollcall/1", t, "POST", pathname + search, ...said].join("\n");
      const signature = createHmac("sha256", secretOf(asked)).update(signed).digest("hex");
      return parts(asked, {
        "rollcall-execution": said[0],
        "rollcall-scheduled-for": said[1],
        "rollcall-schedule": said[2],
        "rollcall-body-digest": said[3],
        "rollcall-signature": `t=${t},v1=${signature}`,
      });
    }),
  },
  "vercel-cron": {
    config: { kind: "vercel-cron", secret: SECRET, nextSecret: NEXT_SECRET },
    rotates: true,
    once: false,
    genuine: given((asked) =>
      parts(
        { ...asked, body: "" },
        {
          "user-agent": "vercel-cron/1.0",
          "x-vercel-cron-schedule": "0 5 * * *",
          authorization: `Bearer ${secretOf(asked)}`,
        },
        "GET",
      ),
    ),
  },
  "google-oidc": {
    config: {
      kind: "google-oidc",
      audience: URL_OF_ROUTE,
      serviceAccountEmail: "cron@p.iam.gserviceaccount.com",
      jwksUrl: JWKS_URL,
    },
    rotates: false,
    once: false,
    genuine: given(async (asked) =>
      parts(asked, {
        "user-agent": "Google-Cloud-Scheduler",
        "x-cloudscheduler": "true",
        "x-cloudscheduler-jobname": "nightly",
        "x-cloudscheduler-scheduletime": "2026-11-24T09:00:00Z",
        authorization: `Bearer ${await issued({ ...GOOGLE, ...asked.claims }, asked.now)}`,
      }),
    ),
  },
  "aws-api-destination": {
    config: { kind: "aws-api-destination", scheme: "api-key", header: "X-Cron-Key", secret: SECRET, nextSecret: NEXT_SECRET }, // biome-ignore format: one line
    rotates: true,
    once: false,
    genuine: given((asked) =>
      parts(
        {
          ...asked,
          body:
            asked.body === BODY
              ? '{"id":"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa","detail-type":"Scheduled Event","time":"2026-11-24T09:00:00Z","resources":["arn:aws:events:eu-west-1:123456789012:rule/nightly"]}'
              : asked.body,
        },
        {
          "user-agent": "Amazon/EventBridge/ApiDestinations",
          range: "bytes=0-1048575",
          "content-type": "application/json; charset=utf-8",
          "x-cron-key": secretOf(asked),
        },
      ),
    ),
  },
  qstash: {
    config: { kind: "qstash", currentSigningKey: QSTASH_KEYS[0], nextSigningKey: QSTASH_KEYS[1] },
    rotates: true,
    once: true,
    genuine: given(async (asked) => {
      const at = asked.now / 1_000;
      const body = createHash("sha256").update(asked.body).digest("base64url");
      const claims = { iss: "Upstash", sub: asked.url, iat: at, nbf: at, exp: at + 300, jti: randomUUID(), body, ...asked.claims }; // biome-ignore format: one line
      const token = await new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(utf8(QSTASH_KEYS[asked.next ? 1 : 0])); // biome-ignore format: one line
      return parts(asked, {
        "user-agent": "Upstash-QStash",
        "upstash-message-id": "msg_26hZCxZCuWyyTWPmSVBrNB882AyqJxQNE",
        "upstash-schedule-id": "scd_7",
        "upstash-retried": "0",
        "upstash-signature": token,
      });
    }),
  },
  inngest: {
    config: { kind: "inngest", signingKey: SIGNKEY, nextSigningKey: NEXT_SIGNKEY },
    rotates: true,
    once: true,
    genuine: given((asked) => {
      const t = String(asked.now / 1_000);
      const key = (asked.next ? NEXT_SIGNKEY : SIGNKEY).replace("signkey-prod-", "");
      const body = asked.body === "" ? "" : (canonicalize(JSON.parse(asked.body)) ?? "");
      const signature = createHmac("sha256", key).update(body).update(t).digest("hex");
      return parts(asked, { "user-agent": "Inngest", "x-inngest-signature": `t=${t}&s=${signature}` });
    }),
  },
  "standard-webhooks": {
    config: { kind: "standard-webhooks", secret: WHSEC, nextSecret: NEXT_WHSEC },
    rotates: true,
    once: true,
    genuine: given((asked) => {
      const id = `msg_${randomUUID()}`;
      const signature = new Webhook(asked.next ? NEXT_WHSEC : WHSEC).sign(id, new Date(asked.now), asked.body);
      return parts(asked, {
        "webhook-id": id,
        "webhook-timestamp": String(asked.now / 1_000),
        "webhook-signature": signature,
      });
    }),
  },
  "github-oidc": {
    config: { kind: "github-oidc", audience: "rollcall", repository: "acme/jobs", jwksUrl: JWKS_URL },
    rotates: false,
    once: true,
    genuine: given(
      async (asked) =>
      parts(asked, { authorization: `Bearer ${await issued({ ...GITHUB, jti: randomUUID(), ...asked.claims }, asked.now)}` }), // biome-ignore format: one line
    ),
  },
  "kubernetes-token": {
    config: {
      kind: "kubernetes-token",
      issuer: KUBERNETES.iss,
      audience: "rollcall",
      subject: KUBERNETES.sub,
      jwksUrl: JWKS_URL,
    },
    rotates: false,
    once: false,
    genuine: given(async (asked) =>
      parts(asked, { authorization: `Bearer ${await issued({ ...KUBERNETES, ...asked.claims }, asked.now)}` }),
    ),
  },
  supabase: {
    config: { kind: "supabase", secret: SECRET, nextSecret: NEXT_SECRET },
    rotates: true,
    once: false,
    genuine: given((asked) =>
      parts(asked, { "user-agent": "pg_net/0.14.0", authorization: `Bearer ${secretOf(asked)}` }),
    ),
  },
  "timestamped-hmac": {
    config: { kind: "timestamped-hmac", secret: SECRET, nextSecret: NEXT_SECRET, header: "Stripe-Signature" },
    rotates: true,
    once: true,
    genuine: given((asked) =>
      parts(asked, {
        "stripe-signature": stripe.webhooks.generateTestHeaderString({
          payload: asked.body,
          secret: secretOf(asked),
          timestamp: asked.now / 1_000,
        }),
      }),
    ),
  },
  hmac: {
    config: {
      kind: "hmac",
      secret: SECRET,
      nextSecret: NEXT_SECRET,
      header: "X-Hub-Signature-256",
      algorithm: "sha256",
      encoding: "hex",
    },
    rotates: true,
    once: false,
    genuine: given(async (asked) =>
      parts(asked, {
        // Octokit refuses to sign an empty body.
        "x-hub-signature-256":
          asked.body === ""
            ? `sha256=${createHmac("sha256", secretOf(asked)).update("").digest("hex")}`
            : await signOctokit(secretOf(asked), asked.body),
      }),
    ),
  },
  bearer: {
    config: { kind: "bearer", secret: SECRET, nextSecret: NEXT_SECRET },
    rotates: true,
    once: false,
    genuine: given((asked) => parts(asked, { authorization: `Bearer ${secretOf(asked)}` })),
  },
  basic: {
    config: { kind: "basic", username: "cron", password: SECRET, nextPassword: NEXT_SECRET },
    rotates: true,
    once: false,
    genuine: given((asked) =>
      parts(asked, { authorization: `Basic ${Buffer.from(`cron:${secretOf(asked)}`).toString("base64")}` }),
    ),
  },
  "api-key": {
    config: { kind: "api-key", header: "X-Api-Key", secret: SECRET, nextSecret: NEXT_SECRET },
    rotates: true,
    once: false,
    genuine: given((asked) => parts(asked, { "x-api-key": secretOf(asked) })),
  },
};
