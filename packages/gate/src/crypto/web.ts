/** WebCrypto: on every edge, in browsers, Deno, Bun and Node alike. */
import type { Crypto, HashName } from "./crypto.ts";
import { toBase64Url, utf8 } from "./encoding.ts";

const nameOf = (hash: HashName): string => hash.replace("sha", "SHA-");
type Bytes = Uint8Array<ArrayBuffer>;

/** Imported keys, by their bytes: importing costs as much as signing. Few, since a route has few keys. */
const keys = new Map<string, Promise<CryptoKey>>();

function keyOf(hash: HashName, key: Uint8Array): Promise<CryptoKey> {
  const name = `${hash}:${key.join()}`;
  const known = keys.get(name);
  if (known) return known;
  if (keys.size >= 100) keys.clear();
  // WebCrypto refuses an empty key, which HMAC reads as zeroes (RFC 2104, section 2).
  const bytes = key.length === 0 ? new Uint8Array(1) : key;
  const imported = crypto.subtle.importKey("raw", bytes as Bytes, { name: "HMAC", hash: nameOf(hash) }, false, [
    "sign",
  ]);
  keys.set(name, imported);
  return imported;
}

const hmac = async (hash: HashName, key: Uint8Array, data: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.sign("HMAC", await keyOf(hash, key), data as Bytes));

export const webCrypto: Crypto = {
  digest: async (hash, data) => new Uint8Array(await crypto.subtle.digest(nameOf(hash), data as Bytes)),
  hmac,
  sign: async (key, text) => toBase64Url(await hmac("sha256", utf8(key), utf8(text))),
};
