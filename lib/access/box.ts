/** Secrets at rest: AES-256-GCM under a key that is derived from ROLLCALL_SECRET. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** First byte of a box: how it was made. */
const MADE = 1;
const NONCE = 12;
const TAG = 16;
const HEAD = 1 + NONCE + TAG;

let derived: { readonly secret: string; readonly key: Buffer } | null = null;

function keyOf(secret: string): Buffer {
  if (derived?.secret !== secret) {
    derived = { secret, key: Buffer.from(hkdfSync("sha256", secret, "", "rollcall stored secrets 1", 32)) };
  }
  return derived.key;
}

/** Version, nonce (random: NIST SP 800-38D allows 2^32 under one key), tag, cipher text; the version is authenticated too. */
export function seal(secret: string, text: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv("aes-256-gcm", keyOf(secret), nonce, { authTagLength: TAG });
  cipher.setAAD(Buffer.of(MADE));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([Buffer.of(MADE), nonce, cipher.getAuthTag(), body]);
}

/** `null` when it was sealed under another secret, or has been touched since. */
export function open(secret: string, sealed: Uint8Array): string | null {
  const box = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (box.length < HEAD || box[0] !== MADE) return null;
  const decipher = createDecipheriv("aes-256-gcm", keyOf(secret), box.subarray(1, 1 + NONCE), { authTagLength: TAG });
  decipher.setAAD(Buffer.of(MADE));
  decipher.setAuthTag(box.subarray(1 + NONCE, HEAD));
  try {
    return Buffer.concat([decipher.update(box.subarray(HEAD)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}
