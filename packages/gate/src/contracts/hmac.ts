/** A plain HMAC over the raw body, as GitHub's webhooks, Trigger.dev's and most home-made senders sign. */
import { utf8 } from "../crypto/encoding.ts";
import { type About, type Rule, refused } from "./contract.ts";
import { type ConfigOf, choice, NEXT_SECRET, nextSecret, optionalHeader, secret } from "./fields.ts";
import { made } from "./made.ts";
import { admittedBy, slotsOf } from "./secrets.ts";
import { bytesOf, decode, refuseSignature, type Signing, sign, signedBy } from "./signature.ts";

const fields = {
  secret: secret(),
  nextSecret: nextSecret(),
  header: optionalHeader("x-hub-signature-256"),
  algorithm: choice(["sha256", "sha512", "sha1"], "sha256"),
  encoding: choice(["hex", "base64"], "hex"),
} as const;
export type HmacConfig = ConfigOf<"hmac", typeof fields>;

const headerOf = (config: HmacConfig): string => (config.header ?? fields.header.fallback).toLowerCase();
const signingOf = (config: HmacConfig): Signing => ({
  hash: config.algorithm ?? "sha256",
  encoding: config.encoding ?? "hex",
  key: utf8,
  input: (body) => body,
});

export const hmac: Rule<HmacConfig> = {
  kind: "hmac",
  fields,
  expectedShape: (config) => ({
    headers: [headerOf(config)],
    scheme: null,
  }),
  secretTravels: false,
  readsBody: () => true,
  async verify(request, config, deps) {
    const value = request.headers[headerOf(config)];
    if (value === undefined) return refused("missing_credentials");
    if (value.trim() === "") return refused("missing_credentials", "empty");
    const named = /^(sha\d+)=/i.exec(value.trim())?.[1]?.toLowerCase();
    const signing = signingOf(config);
    if (named !== undefined && named !== signing.hash)
      return refused("algorithm_not_allowed", `presented ${named.slice(0, 10)}, expected ${signing.hash}`);
    const signature = value.trim().replace(/^sha\d+=/i, "");
    if (signature.includes(",")) return refused("ambiguous_credentials", "several signatures");
    const read = bytesOf(request.body);
    if ("refused" in read) return read.refused;
    const over = { slots: slotsOf(config.secret, config.nextSecret), body: read.bytes };
    const slot = await signedBy(signing, [signature], over, deps);
    if (slot) return admittedBy(slot);
    if (decode(signature, "hex") === null && decode(signature, "base64") === null)
      return refused("malformed_credentials", `not ${signing.encoding}`);
    return refuseSignature(signing, [signature], over, deps);
  },
  hints: {},
};

export const aboutHmac: About<HmacConfig> = {
  options: {
    secret: "the signing secret",
    nextSecret: NEXT_SECRET,
    header: "the header that carries the signature",
    algorithm: "the hash",
    encoding: "how the signature is written",
  },
  label: "HMAC signature",
  proof: (config) => `HMAC (${config.algorithm ?? "sha256"}, ${config.encoding ?? "hex"}) over the raw body`,
  covers: () => ["body"],
  expects: (config) => `an HMAC signature over the body in ${headerOf(config)}`,
  carries: "an HMAC signature over the body",
  async make(config, request, deps) {
    const signing = signingOf(config);
    const signature = await sign(signing, config.secret ?? "", request.body ?? new Uint8Array(), deps);
    return made(request, { [headerOf(config)]: `${signing.hash}=${signature}` });
  },
  resembles: (shape) =>
    shape.credentials.some(({ form }) => form === "hex-signature" || form === "base64-signature")
      ? { by: "proof", weight: 2 }
      : null,
  limits: [
    "It covers the body alone: the same body is genuine for ever, at any URL that has this secret.",
    "A request without a body has always the same signature, so for such requests it is no better than a bearer secret.",
  ],
};
