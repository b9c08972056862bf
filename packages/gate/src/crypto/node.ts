/** node:crypto, for servers: 400,000 HMACs a second where WebCrypto does 20,000 (Node 20). */
import * as node from "node:crypto";
import { createHash, createHmac } from "node:crypto";
import type { Crypto, HashName } from "./crypto.ts";

/** A hash without an object for it, which costs twice as much; from Node 20.12 on. */
interface AtOnce {
  (name: string, data: Uint8Array, as: "buffer"): Uint8Array;
  (name: string, data: Uint8Array, as: "latin1" | "base64url"): string;
}
const atOnce = (node as { readonly hash?: AtOnce }).hash;

const digest = (hash: HashName, data: Uint8Array): Uint8Array =>
  atOnce?.(hash, data, "buffer") ?? createHash(hash).update(data).digest();

/** Bytes of a block, which a key fills (RFC 2104, section 2), and of a digest. */
const BLOCK = { sha1: 64, sha256: 64, sha512: 128 } as const satisfies Record<HashName, number>;
const DIGEST = { sha1: 20, sha256: 32, sha512: 64 } as const satisfies Record<HashName, number>;
/** Longer texts are signed by createHmac: what its object costs is little beside them. */
const SHORT = 4_096;

/** A key as it begins both hashes: behind it the inner one has room for a short text, the outer one for the inner's answer. */
interface Padded {
  readonly inner: Buffer;
  readonly outer: Buffer;
}
/** By hash and key, those of texts (SHA-256) apart: a route has few. */
const keys = new Map<string, Padded>();

function paddedBy(hash: HashName, key: Uint8Array | string): Padded {
  // A text and the bytes that read the same as latin1 are two keys.
  const name = typeof key === "string" ? `text ${key}` : `${hash} ${Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1")}`; // biome-ignore format: one line
  return keys.get(name) ?? padded(hash, key, name);
}

function padded(hash: HashName, key: Uint8Array | string, name: string): Padded {
  const given = typeof key === "string" ? Buffer.from(key) : key;
  const block = BLOCK[hash];
  const bytes = given.length > block ? digest(hash, given) : given;
  const inner = Buffer.alloc(block + SHORT).fill(0x36, 0, block);
  const outer = Buffer.alloc(block + DIGEST[hash]).fill(0x5c, 0, block);
  for (const [i, byte] of bytes.entries()) {
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  if (keys.size >= 200) keys.clear();
  keys.set(name, { inner, outer });
  return { inner, outer };
}

/** HMAC by two hashes at once: half the time of an object that does the same. */
function hmac(hash: HashName, key: Uint8Array, data: Uint8Array): Uint8Array {
  if (!atOnce || data.length > SHORT) return createHmac(hash, key).update(data).digest();
  const { inner, outer } = paddedBy(hash, key);
  const block = BLOCK[hash];
  // Nothing in between waits, so that one room serves all that a key signs.
  inner.set(data, block);
  outer.write(atOnce(hash, inner.subarray(0, block + data.length), "latin1"), block, "latin1");
  return atOnce(hash, outer, "buffer");
}

function sign(key: string, text: string): string {
  // A character is three bytes at most.
  if (!atOnce || text.length * 3 > SHORT) return createHmac("sha256", key).update(text).digest("base64url");
  const { inner, outer } = paddedBy("sha256", key);
  const block = BLOCK.sha256;
  const length = inner.write(text, block, "utf8");
  outer.write(atOnce("sha256", inner.subarray(0, block + length), "latin1"), block, "latin1");
  return atOnce("sha256", outer, "base64url");
}

export const nodeCrypto: Crypto = { digest, hmac, sign };
