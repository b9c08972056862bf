/** HMACs over parts of a request: matching one, making one, and finding out by recomputation why one does not match. */
import { HASHES, type HashName, sameBytes } from "../crypto/crypto.ts";
import { concat, fromBase64, fromHex, textOf, toBase64, toHex, utf8 } from "../crypto/encoding.ts";
import type { Deps, PresentedBody, Refused } from "./contract.ts";
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

const decode = (text: string, encoding: Encoding): Uint8Array | null =>
  encoding === "hex" ? fromHex(text) : fromBase64(text);
const encode = (bytes: Uint8Array, encoding: Encoding): string => (encoding === "hex" ? toHex(bytes) : toBase64(bytes));

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

/** Stands for the body where a signature covers none of it. */
export const NO_BODY = new Uint8Array();

/** A key that is text, over the body or over something before it and the body. */
export const overBody = (before: string, hash: HashName = "sha256", encoding: Encoding = "hex"): Signing => ({
  hash,
  encoding,
  key: utf8,
  input: (body) => (before === "" ? body : concat(utf8(before), body)),
});

/** A signature that may say in front with which hash it was made: `sha256=…`. */
export function namedSignature(value: string): { readonly hash: string | undefined; readonly signature: string } {
  const [, hash, signature = ""] = /^(?:(sha\d+)=)?(.*)$/is.exec(value.trim()) ?? [];
  return { hash: hash?.toLowerCase(), signature };
}

/** The slot that signed the body, with that body; or why there is none. */
export async function judgeSigned(
  signing: Signing,
  presented: readonly string[],
  { body, slots }: { readonly body: PresentedBody; readonly slots: readonly Slot[] },
  deps: Deps,
): Promise<{ readonly slot: Slot; readonly bytes: Uint8Array } | Refused> {
  const read = bytesOf(body);
  if ("refused" in read) return read.refused;
  const over = { slots, body: read.bytes };
  const slot = await signedBy(signing, presented, over, deps);
  if (slot) return { slot, bytes: read.bytes };
  return presented.some((text) => fromHex(text) ?? fromBase64(text))
    ? refuseSignature(signing, presented, over, deps)
    : refused("malformed_credentials", `not ${signing.encoding}`);
}

/** The slot under whose key one of the presented signatures was made. */
async function signedBy(
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
async function refuseSignature(
  signing: Signing,
  presented: readonly string[],
  { slots, body }: { readonly slots: readonly Slot[]; readonly body: Uint8Array },
  deps: Deps,
): Promise<Refused> {
  const plain = (): Refused => refused("bad_signature", body.length === 0 && body !== NO_BODY ? "body_empty" : null);
  if (deps.explain === false || body.length > EXPLAINED_BYTES) return plain();
  const matches = async (other: Partial<Signing>, under: readonly Slot[], over = body): Promise<boolean> =>
    (await signedBy({ ...signing, ...other }, presented, { slots: under, body: over }, deps)) !== null;

  for (const [words, key] of KEY_READINGS) {
    if (await matches({ key }, slots)) return refused("bad_signature", `key_encoding: would match with ${words}`);
  }
  const encoding = signing.encoding === "hex" ? "base64" : "hex";
  if (await matches({ encoding }, slots))
    return refused("bad_signature", `encoding: presented as ${encoding}, expected as ${signing.encoding}`);
  for (const hash of HASHES) {
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

/** Whether the body is the one whose digest (sha256) was signed. */
export async function digestProblem(digest: Uint8Array, body: PresentedBody, deps: Deps): Promise<Refused | null> {
  const read = bytesOf(body);
  if ("refused" in read) return read.refused;
  if (sameBytes(digest, await deps.crypto.digest("sha256", read.bytes))) return null;
  return refused("bad_signature", read.bytes.length === 0 ? "body_empty" : "body_mutated");
}

/** The body's bytes, or why there are none to be checked. */
function bytesOf(body: PresentedBody): { readonly bytes: Uint8Array } | { readonly refused: Refused } {
  // biome-ignore format: one line
  if (body === "unavailable") return { refused: refused("body_unavailable") };
  if (body === "too_large") return { refused: refused("body_too_large") };
  if (body === "consumed") return { refused: refused("bad_signature", "body_consumed") };
  return { bytes: body };
}
