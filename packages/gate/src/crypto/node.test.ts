import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nodeCrypto } from "./node.ts";
import { webCrypto } from "./web.ts";

test("digests and HMACs are Node's and WebCrypto's own, whatever the key's and the text's length", async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(63, 64, 65, 127, 128, 129, 4_095, 4_096, 4_097, 9_000).map((length) => new Uint8Array(length).fill(length)), // biome-ignore format: one line
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("sha1", "sha256", "sha512"), bytes, bytes, async (hash, key, data) => {
      const hex = (made: Uint8Array): string => Buffer.from(made).toString("hex");
      expect(hex(await nodeCrypto.digest(hash, data))).toBe(createHash(hash).update(data).digest("hex"));
      const signed = createHmac(hash, key).update(data).digest("hex");
      expect(hex(await nodeCrypto.hmac(hash, key, data))).toBe(signed);
      expect(hex(await webCrypto.hmac(hash, key, data))).toBe(signed);
    }),
    { numRuns: 500 },
  );
});

test("an answer is not changed by the next one", async () => {
  const [key, other] = [Buffer.from("a key of the test"), Buffer.from("another key")];
  const first = await nodeCrypto.hmac("sha256", key, Buffer.from("one"));
  const before = Buffer.from(first).toString("hex");
  await nodeCrypto.hmac("sha256", key, Buffer.from("another, and longer"));
  await nodeCrypto.hmac("sha256", other, Buffer.from("one"));
  expect(Buffer.from(first).toString("hex")).toBe(before);
});

test("a text under a key that is text is signed as its bytes are, by both", async () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.constantFrom("", "é", "Ã©", "x".repeat(5_000)),
  );
  await fc.assert(
    fc.asyncProperty(texts, texts, async (key, text) => {
      const signed = createHmac("sha256", key).update(text).digest("base64url");
      expect(await nodeCrypto.sign(key, text)).toBe(signed);
      expect(await webCrypto.sign(key, text)).toBe(signed);
    }),
    { numRuns: 500 },
  );
});

test("a key's text and the bytes that read the same are two keys", async () => {
  const [bytes, data] = [Buffer.from("a k\u00e9y", "latin1"), Buffer.from("data")];
  const asBytes = createHmac("sha256", bytes).update(data).digest("base64url");
  const asText = createHmac("sha256", "a k\u00e9y").update(data).digest("base64url");
  for (let i = 0; i < 2; i++) {
    expect(Buffer.from(await nodeCrypto.hmac("sha256", bytes, data)).toString("base64url")).toBe(asBytes);
    expect(await nodeCrypto.sign("a k\u00e9y", "data")).toBe(asText);
  }
});
