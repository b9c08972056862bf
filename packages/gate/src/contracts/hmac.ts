/** A plain HMAC over the raw body, as GitHub's webhooks, Trigger.dev's and most home-made senders sign. */
import { HASHES } from "../crypto/crypto.ts";
import { type About, type Rule, refused } from "./contract.ts";
import { type ConfigOf, choice, headerOf, NEXT_SECRET, nextSecret, optionalHeader, secret } from "./fields.ts";
import { made } from "./made.ts";
import { admittedBy, slotsOf } from "./secrets.ts";
import { judgeSigned, namedSignature, overBody, type Signing, sign } from "./signature.ts";

const fields = {
  secret: secret(),
  nextSecret: nextSecret(),
  header: optionalHeader("x-hub-signature-256"),
  algorithm: choice(HASHES, "sha256"),
  encoding: choice(["hex", "base64"], "hex"),
} as const;
export type HmacConfig = ConfigOf<"hmac", typeof fields>;

const signingOf = ({ algorithm, encoding }: HmacConfig): Signing => overBody("", algorithm, encoding);

export const hmac: Rule<HmacConfig> = {
  kind: "hmac",
  fields,
  expectedShape: (config) => ({
    headers: [headerOf(config, fields)],
    scheme: null,
  }),
  secretTravels: false,
  readsBody: () => true,
  async verify(request, config, deps) {
    const value = request.headers[headerOf(config, fields)];
    if (value === undefined) return refused("missing_credentials");
    const { hash, signature } = namedSignature(value);
    if (signature === "") return refused("missing_credentials", "empty");
    const signing = signingOf(config);
    if (hash !== undefined && hash !== signing.hash)
      return refused("algorithm_not_allowed", `presented ${hash.slice(0, 10)}, expected ${signing.hash}`);
    if (signature.includes(",")) return refused("ambiguous_credentials", "several signatures");
    const over = { slots: slotsOf(config.secret, config.nextSecret), body: request.body };
    const found = await judgeSigned(signing, [signature], over, deps);
    return "reason" in found ? found : admittedBy(found.slot);
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
  expects: (config) => `an HMAC signature over the body in ${headerOf(config, fields)}`,
  carries: "an HMAC signature over the body",
  async make(config, request, deps) {
    const signing = signingOf(config);
    const signature = await sign(signing, config.secret ?? "", request.body ?? new Uint8Array(), deps);
    return made(request, { [headerOf(config, fields)]: `${signing.hash}=${signature}` });
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
