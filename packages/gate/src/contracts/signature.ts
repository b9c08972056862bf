/** HMACs over parts of a request: matching one, making one, and finding out by recomputation why one does not match. */
import { type HashName, sameBytes } from "../crypto/crypto.ts";
import { fromBase64, fromHex, textOf, toBase64, toHex, utf8 } from "../crypto/encoding.ts";
import type { Deps, Refused } from "./contract.ts";
import { refused } from "./contract.ts";
import type { Slot } from "./secrets.ts";

export type Encoding = "hex" | "base64";

/** How a platform signs: everything but the request itself. */
export interface Signing {
  readonly hash: HashName;
  readonly encoding: Encoding;
  /** The key's bytes from the configured text: platforms disagree over prefixes and base64. */
  readonly key: (secret: string) => Uint8Array | null;
  /** What is signed, from the body. */
  readonly input: (body: Uint8Array) => Uint8Array;
}

export const decode = (text: string, encoding: Encoding): Uint8Array | null =>
  encoding === "hex" ? fromHex(text) : fromBase64(text);
export const encode = (bytes: Uint8Array, encoding: Encoding): string =>
  encoding === "hex" ? toHex(bytes) : toBase64(bytes);

export async function sign(
  signing: Signing,
  secret: string,
  body: Uint8Array,
  deps: Pick<Deps, "crypto">,
): Promise<string> {
  // biome-ignore format: one line
  return encode(
    await deps.crypto.hmac(signing.hash, signing.key(secret) ?? utf8(secret), signing.input(body)),
    signing.encoding,
  );
}

/** The slot under whose key one of the presented signatures was made. */
export async function signedBy(
  signing: Signing,
  presented: readonly string[],
  { slots, body }: { readonly slots: readonly Slot[]; readonly body: Uint8Array },
  deps: Pick<Deps, "crypto">,
): Promise<Slot | null> {
  const decoded = presented.flatMap((text) => decode(text, signing.encoding) ?? []);
  if (decoded.length === 0) return null;
  const input = signing.input(body);
  for (const slot of slots) {
    const key = signing.key(slot.value);
    if (key === null) continue;
    const made = await deps.crypto.hmac(signing.hash, key, input);
    if (decoded.some((one) => sameBytes(one, made))) return slot;
  }
  return null;
}

/** Above this a mismatch is not looked into: it would cost more than it tells. */
const EXPLAINED_BYTES = 65_536;

/** Why no signature matches, found by changing one thing at a time. */
export async function refuseSignature(
  signing: Signing,
  presented: readonly string[],
  { slots, body }: { readonly slots: readonly Slot[]; readonly body: Uint8Array },
  deps: Deps,
): Promise<Refused> {
  const plain = (): Refused => refused("bad_signature", body.length === 0 ? "body_empty" : null);
  if (deps.explain === false || body.length > EXPLAINED_BYTES) return plain();
  const matches = async (other: Partial<Signing>, under: readonly Slot[], over = body): Promise<boolean> =>
    (await signedBy({ ...signing, ...other }, presented, { slots: under, body: over }, deps)) !== null;

  for (const [words, key] of KEY_READINGS) {
    if (await matches({ key }, slots)) return refused("bad_signature", `key_encoding: would match with ${words}`);
  }
  const encoding = signing.encoding === "hex" ? "base64" : "hex";
  if (await matches({ encoding }, slots))
    return refused("bad_signature", `encoding: presented as ${encoding}, expected as ${signing.encoding}`);
  for (const hash of ["sha256", "sha1", "sha512"] as const) {
    if (hash !== signing.hash && (await matches({ hash }, slots)))
      return refused("algorithm_not_allowed", `presented ${hash}, expected ${signing.hash}`);
  }
  for (const variant of bodyVariants(body)) {
    if (await matches({}, slots, variant)) return refused("bad_signature", "body_mutated");
  }
  if (await matches({ input: (bytes) => bytes }, slots)) return refused("wrong_contract", "body alone");
  for (const { owner, value } of deps.others ?? []) {
    if (await matches({}, [{ slot: "current", value }]))
      return refused("bad_signature", `key_of_other_route: ${owner}`);
  }
  return plain();
}

const unprefixed = (secret: string): string => secret.replace(/^(whsec_|sig_|signkey-\w+-|whpk_|sk_)/, "");

/** One string as the platforms read it: Stripe as it is, Standard Webhooks decoded after its prefix, Inngest without prefix. */
const KEY_READINGS: readonly (readonly [string, (secret: string) => Uint8Array | null])[] = [
  ["the key as text, with its prefix", utf8],
  ["the key as text, without its prefix", (secret) => utf8(unprefixed(secret))],
  ["the base64-decoded key", (secret) => fromBase64(unprefixed(secret))],
  ["the hex-decoded key", (secret) => fromHex(unprefixed(secret))],
];

/** What a parser on the way makes of a body: reads and writes it again, trims it, ends it with a line feed. */
function bodyVariants(body: Uint8Array): readonly Uint8Array[] {
  const text = textOf(body);
  if (text === null) return [];
  const variants = new Set([text.trim(), `${text.trim()}\n`, text.replace(/\r\n/g, "\n"), ""]);
  try {
    const read: unknown = JSON.parse(text);
    for (const indent of [0, 2, 4]) variants.add(JSON.stringify(read, null, indent));
  } catch {
    // not JSON
  }
  variants.delete(text);
  return [...variants].map(utf8);
}

/** The body's bytes, or why there are none to be checked. */
export function bytesOf(
  body: Uint8Array | "unavailable" | "too_large" | "consumed",
): { readonly bytes: Uint8Array } | { readonly refused: Refused } {
  // biome-ignore format: one line
  if (body === "unavailable") return { refused: refused("body_unavailable") };
  if (body === "too_large") return { refused: refused("body_too_large") };
  if (body === "consumed") return { refused: refused("bad_signature", "body_consumed") };
  return { bytes: body };
}
