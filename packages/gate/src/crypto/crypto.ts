/** What the contracts need of cryptography, so that a server may take node:crypto (seven times as fast) and an edge WebCrypto. */

export const HASHES = ["sha256", "sha512", "sha1"] as const;
export type HashName = (typeof HASHES)[number];
type Soon<T> = T | Promise<T>;

export interface Crypto {
  digest(hash: HashName, data: Uint8Array): Soon<Uint8Array>;
  hmac(hash: HashName, key: Uint8Array, data: Uint8Array): Soon<Uint8Array>;
  /** HMAC-SHA256 of a text under a key that is text, in base64url: what a gate signs its answers by. */
  sign(key: string, text: string): Soon<string>;
}

/** Compares two digests without telling by time where they differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let different = 0;
  for (let i = 0; i < a.length; i++) different |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return different === 0;
}
