/**
 * Inngest: `x-inngest-signature: t=<s>&s=<hex>`, HMAC over the canonical JSON of the body and the time, under the signing
 * key without its `signkey-…-` as text. The SDK's development mode checks nothing; there is none here.
 */
import { concat, utf8 } from "../crypto/encoding.ts";
import { canonical } from "./canonical-json.ts";
import { SIGNATURE_TOLERANCE_SECONDS, secondsOf, timestampProblem } from "./clock.ts";
import { type About, type Rule, refused } from "./contract.ts";
import { type ConfigOf, NEXT_KEY, nextSecret, secret } from "./fields.ts";
import { made } from "./made.ts";
import { once } from "./replay.ts";
import { admittedBy, slotsOf } from "./secrets.ts";
import { judgeSigned, type Signing, sign } from "./signature.ts";

const fields = { signingKey: secret(), nextSigningKey: nextSecret() } as const;
export type InngestConfig = ConfigOf<"inngest", typeof fields>;

const HEADER = "x-inngest-signature";
const signingAt = (timestamp: string): Signing => ({
  hash: "sha256",
  encoding: "hex",
  key: (secret) => utf8(secret.replace(/^signkey-\w+-/, "")),
  input: (body) => concat(canonical(body), utf8(timestamp)),
});

export const inngest: Rule<InngestConfig> = {
  kind: "inngest",
  fields,
  expectedShape: () => ({
    headers: [HEADER],
    scheme: null,
  }),
  secretTravels: false,
  readsBody: () => true,
  async verify(request, config, deps) {
    const value = request.headers[HEADER];
    if (value === undefined)
      // Its SDK probes with a plain GET at every deployment: noise, and no run that failed.
      return request.method === "GET" ? refused("probe_unsigned") : refused("missing_credentials");
    const timestamp = /(?:^|&)t=(\d{1,12})(?:&|$)/.exec(value)?.[1];
    const signature = /(?:^|&)s=([^&]+)(?:&|$)/.exec(value)?.[1];
    const at = timestamp === undefined ? null : secondsOf(timestamp);
    if (timestamp === undefined || signature === undefined || at === null)
      return refused("malformed_credentials", "form");
    const over = { slots: slotsOf(config.signingKey, config.nextSigningKey), body: request.body };
    const found = await judgeSigned(signingAt(timestamp), [signature], over, deps);
    if ("reason" in found) return found;
    const late = timestampProblem(at, { now: deps.now, toleranceSeconds: SIGNATURE_TOLERANCE_SECONDS });
    if (late) return late;
    // Steps that run side by side differ in the query alone, which is not signed.
    const id = `${request.url} ${timestamp} ${signature.toLowerCase()}`;
    const forMs = SIGNATURE_TOLERANCE_SECONDS * 2_000;
    return once(admittedBy(found.slot), { kind: "inngest", id, forMs }, deps);
  },
  hints: { agent: "Inngest", headers: ["x-inngest-server-kind", "x-inngest-req-version"] },
};

export const aboutInngest: About<InngestConfig> = {
  options: {
    signingKey: "the signing key, signkey-…",
    nextSigningKey: NEXT_KEY,
  },
  label: "Inngest",
  proof: () => "t=<seconds>&s=<hex>: HMAC (sha256) over the canonical body and the time",
  covers: () => ["body", "time"],
  expects: () => "the signature that Inngest sends in x-inngest-signature",
  carries: "a signature as Inngest sends it",
  async make(config, request, deps) {
    const timestamp = String(Math.floor(deps.now / 1_000));
    // Inngest's server sends the very bytes that it signs.
    const body = canonical(request.body ?? new Uint8Array());
    const signature = await sign(signingAt(timestamp), config.signingKey ?? "", body, deps);
    return made(
      request,
      {
        "user-agent": "Inngest",
        "content-type": "application/json",
        "x-inngest-server-kind": "cloud",
        [HEADER]: `t=${timestamp}&s=${signature}`,
      },
      { body },
    );
  },
  resembles: (shape) => {
    if (shape.credentials.some(({ form }) => form === "inngest-signature")) return { by: "proof", weight: 6 };
    return shape.hints.some(({ of }) => of === "inngest") ? { by: "hint", weight: 1 } : null;
  },
  limits: [
    "It covers neither URL nor query, and the query names the step.",
    "A GET carries no signature: it is Inngest's probe, and is refused as one.",
  ],
};
