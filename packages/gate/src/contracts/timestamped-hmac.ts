/** A signed time and body in one header, as Stripe made it common: `t=<s>,v1=<hex>[,v1=<hex>]` over `<t>.<body>`. */
import { SIGNATURE_TOLERANCE_SECONDS, secondsOf, timestampProblem } from "./clock.ts";
import { type About, type Rule, refused } from "./contract.ts";
import { type ConfigOf, headerOf, NEXT_SECRET, nextSecret, optionalHeader, seconds, secret } from "./fields.ts";
import { made } from "./made.ts";
import { once } from "./replay.ts";
import { admittedBy, slotsOf } from "./secrets.ts";
import { judgeSigned, overBody, type Signing, sign } from "./signature.ts";

const fields = {
  secret: secret(),
  nextSecret: nextSecret(),
  header: optionalHeader("stripe-signature"),
  toleranceSeconds: seconds(SIGNATURE_TOLERANCE_SECONDS),
} as const;
export type TimestampedHmacConfig = ConfigOf<"timestamped-hmac", typeof fields>;

/** The secret is text here, `whsec_` included (Stripe's own library reads it so). */
const signingAt = (timestamp: number): Signing => overBody(`${timestamp}.`);

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
    headers: [headerOf(config, fields)],
    scheme: null,
  }),
  secretTravels: false,
  readsBody: () => true,
  async verify(request, config, deps) {
    const value = request.headers[headerOf(config, fields)];
    if (value === undefined) return refused("missing_credentials");
    const parts = partsOfSignature(value);
    if (parts === null) return refused("malformed_credentials", "form");
    const signing = signingAt(parts.timestamp);
    const over = { slots: slotsOf(config.secret, config.nextSecret), body: request.body };
    const found = await judgeSigned(signing, parts.signatures, over, deps);
    if ("reason" in found) return found;
    const toleranceSeconds = config.toleranceSeconds ?? SIGNATURE_TOLERANCE_SECONDS;
    const late = timestampProblem(parts.timestamp, { now: deps.now, toleranceSeconds });
    if (late) return late;
    return once(
      admittedBy(found.slot),
      {
        kind: "timestamped-hmac",
        // As we write it, since the sender may have written several, and in capitals.
        id: await sign(signing, found.slot.value, found.bytes, deps),
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
  expects: (config) => `an HMAC signature with its time over the body in ${headerOf(config, fields)}`,
  carries: "an HMAC signature with its time",
  async make(config, request, deps) {
    const timestamp = Math.floor(deps.now / 1_000);
    const signature = await sign(signingAt(timestamp), config.secret ?? "", request.body ?? new Uint8Array(), deps);
    return made(request, { [headerOf(config, fields)]: `t=${timestamp},v1=${signature}` });
  },
  resembles: (shape) =>
    shape.credentials.some(({ form }) => form === "timestamped-signature") ? { by: "proof", weight: 3 } : null,
  limits: ["It does not cover the URL: a signature for one route is good for another that has this secret."],
};
