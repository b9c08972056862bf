/** A signed time and body in one header, as Stripe made it common: `t=<s>,v1=<hex>[,v1=<hex>]` over `<t>.<body>`. */
import { concat, utf8 } from "../crypto/encoding.ts";
import { SIGNATURE_TOLERANCE_SECONDS, secondsOf, timestampProblem } from "./clock.ts";
import { type About, type Rule, refused } from "./contract.ts";
import { type ConfigOf, NEXT_SECRET, nextSecret, optionalHeader, seconds, secret } from "./fields.ts";
import { made } from "./made.ts";
import { once } from "./replay.ts";
import { admittedBy, slotsOf } from "./secrets.ts";
import { bytesOf, refuseSignature, type Signing, sign, signedBy } from "./signature.ts";

const fields = {
  secret: secret(),
  nextSecret: nextSecret(),
  header: optionalHeader("stripe-signature"),
  toleranceSeconds: seconds(SIGNATURE_TOLERANCE_SECONDS),
} as const;
export type TimestampedHmacConfig = ConfigOf<"timestamped-hmac", typeof fields>;

const headerOf = (config: TimestampedHmacConfig): string => (config.header ?? fields.header.fallback).toLowerCase();
/** The secret is text here, `whsec_` included (Stripe's own library reads it so). */
const signingAt = (timestamp: number): Signing => ({
  hash: "sha256",
  encoding: "hex",
  key: utf8,
  input: (body) => concat(utf8(`${timestamp}.`), body),
});

/** The parts of `t=…,v1=…`; several signatures are rotation on the sender's side. */
function partsOfSignature(
  value: string,
): { readonly timestamp: number; readonly signatures: readonly string[] } | null {
  // biome-ignore format: one line
  const parts = value.split(",").map((part) => part.trim());
  const times = parts.flatMap((part) => (part.startsWith("t=") ? [secondsOf(part.slice(2))] : []));
  const signatures = parts.flatMap((part) => (part.startsWith("v1=") ? [part.slice(3)] : []));
  const [timestamp] = times;
  if (times.length !== 1 || timestamp === undefined || timestamp === null) return null;
  return signatures.length === 0 || signatures.length > 10 ? null : { timestamp, signatures };
}

export const timestampedHmac: Rule<TimestampedHmacConfig> = {
  kind: "timestamped-hmac",
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
    const parts = partsOfSignature(value);
    if (parts === null) return refused("malformed_credentials", "form");
    const read = bytesOf(request.body);
    if ("refused" in read) return read.refused;
    const signing = signingAt(parts.timestamp);
    const over = { slots: slotsOf(config.secret, config.nextSecret), body: read.bytes };
    const slot = await signedBy(signing, parts.signatures, over, deps);
    if (!slot) return refuseSignature(signing, parts.signatures, over, deps);
    const toleranceSeconds = config.toleranceSeconds ?? SIGNATURE_TOLERANCE_SECONDS;
    const late = timestampProblem(parts.timestamp, { now: deps.now, toleranceSeconds });
    if (late) return late;
    return once(
      admittedBy(slot),
      {
        kind: "timestamped-hmac",
        id: `${parts.timestamp} ${await sign(signing, slot.value, read.bytes, deps)}`,
        forMs: toleranceSeconds * 2_000,
      },
      deps,
    );
  },
  hints: {},
};

export const aboutTimestampedHmac: About<TimestampedHmacConfig> = {
  options: {
    secret: "the signing secret, with its prefix if it has one",
    nextSecret: NEXT_SECRET,
    header: "the header that carries time and signature",
    toleranceSeconds: "how far the time may be off",
  },
  label: "Timestamped HMAC signature",
  proof: () => "t=<seconds>,v1=<hex>: HMAC (sha256) over time and raw body",
  covers: () => ["body", "time"],
  expects: (config) => `an HMAC signature with its time over the body in ${headerOf(config)}`,
  carries: "an HMAC signature with its time",
  async make(config, request, deps) {
    const timestamp = Math.floor(deps.now / 1_000);
    const signature = await sign(signingAt(timestamp), config.secret ?? "", request.body ?? new Uint8Array(), deps);
    return made(request, { [headerOf(config)]: `t=${timestamp},v1=${signature}` });
  },
  resembles: (shape) =>
    shape.credentials.some(({ form }) => form === "timestamped-signature") ? { by: "proof", weight: 3 } : null,
  limits: ["It does not cover the URL: a signature for one route is good for another that has this secret."],
};
