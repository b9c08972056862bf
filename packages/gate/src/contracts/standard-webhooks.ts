/** Standard Webhooks (standardwebhooks.com, version 1.0.0): id, time and body under a key that is base64 after `whsec_`. */
import { fromBase64 } from "../crypto/encoding.ts";
import { SIGNATURE_TOLERANCE_SECONDS, secondsOf, timestampProblem } from "./clock.ts";
import { type About, type Rule, refused } from "./contract.ts";
import { type ConfigOf, NEXT_SECRET, nextSecret, seconds, secret } from "./fields.ts";
import { made } from "./made.ts";
import { once } from "./replay.ts";
import { admittedBy, slotsOf } from "./secrets.ts";
import { judgeSigned, overBody, type Signing, sign } from "./signature.ts";

const fields = {
  secret: secret(),
  nextSecret: nextSecret(),
  toleranceSeconds: seconds(SIGNATURE_TOLERANCE_SECONDS),
} as const;
export type StandardWebhooksConfig = ConfigOf<"standard-webhooks", typeof fields>;

const keyOf = (secret: string): Uint8Array | null => fromBase64(secret.replace(/^whsec_/, ""));
const signingOf = (id: string, timestamp: string): Signing => ({
  ...overBody(`${id}.${timestamp}.`, "sha256", "base64"),
  key: keyOf,
});

const HEADERS = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;

export const standardWebhooks: Rule<StandardWebhooksConfig> = {
  kind: "standard-webhooks",
  fields,
  combined: (config) =>
    (["secret", "nextSecret"] as const).flatMap((path) => {
      const value = config[path];
      return value !== undefined && keyOf(value) === null ? [{ path, message: "must be base64 after whsec_" }] : [];
    }),
  expectedShape: () => ({
    headers: HEADERS,
    scheme: null,
  }),
  secretTravels: false,
  readsBody: () => true,
  async verify(request, config, deps) {
    const [id, timestamp, signature] = HEADERS.map((name) => request.headers[name]);
    if (signature === undefined) return refused("missing_credentials");
    if (id === undefined || timestamp === undefined || id === "") return refused("malformed_credentials", "webhook-id");
    const at = secondsOf(timestamp);
    if (at === null) return refused("malformed_credentials", "webhook-timestamp");
    const signatures = signature.split(/\s+/).flatMap((one) => (one.startsWith("v1,") ? [one.slice(3)] : []));
    if (signatures.length === 0)
      return /(^|\s)v1a,/.test(signature)
        ? refused("algorithm_not_allowed", "presented v1a, expected v1")
        : refused("malformed_credentials", "webhook-signature");
    if (signatures.length > 10) return refused("malformed_credentials", "webhook-signature");
    const over = { slots: slotsOf(config.secret, config.nextSecret), body: request.body };
    const found = await judgeSigned(signingOf(id, timestamp), signatures, over, deps);
    if ("reason" in found) return found;
    const toleranceSeconds = config.toleranceSeconds ?? SIGNATURE_TOLERANCE_SECONDS;
    const late = timestampProblem(at, { now: deps.now, toleranceSeconds });
    if (late) return late;
    // A retry carries the id of the first attempt with a time of its own, and must be let in again: the first may have
    // ended in a 500. The same id at the same time is the same delivery.
    const presented = { kind: "standard-webhooks", id: `${id} ${timestamp}`, forMs: toleranceSeconds * 2_000 };
    const verdict = await once(admittedBy(found.slot), presented, deps);
    return verdict.outcome === "admitted" ? { ...verdict, told: { executionId: id.slice(0, 200) } } : verdict;
  },
  told: (request) => {
    const id = request.headers["webhook-id"];
    return id === undefined || id.length > 200 ? {} : { executionId: id };
  },
  hints: {},
};

export const aboutStandardWebhooks: About<StandardWebhooksConfig> = {
  options: {
    secret: "the signing secret, whsec_…",
    nextSecret: NEXT_SECRET,
    toleranceSeconds: "how far the time may be off",
  },
  label: "Standard Webhooks",
  proof: () => "v1,<base64>: HMAC (sha256) over id, time and raw body",
  covers: () => ["body", "time", "id"],
  expects: () => "a Standard Webhooks signature (webhook-id, webhook-timestamp, webhook-signature)",
  carries: "a Standard Webhooks signature",
  async make(config, request, deps) {
    const timestamp = String(Math.floor(deps.now / 1_000));
    const id = request.told?.executionId ?? `msg_${crypto.randomUUID()}`;
    const signature = await sign(signingOf(id, timestamp), config.secret ?? "", request.body ?? new Uint8Array(), deps);
    return made(request, { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` });
  },
  resembles: (shape) =>
    shape.credentials.some(({ form }) => form === "standard-webhooks") ? { by: "proof", weight: 5 } : null,
  limits: [
    "It does not cover the URL: a signature for one route is good for another that has this secret.",
    "Asymmetric signatures (v1a) are passed over.",
  ],
};
