import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64, fromHex, toBase64, toBase64Url, toHex } from "./encoding.ts";

test("bytes are written as Node writes them, and read again", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const node = Buffer.from(bytes);
      expect(toBase64(bytes)).toBe(node.toString("base64"));
      expect(toBase64Url(bytes)).toBe(node.toString("base64url"));
      expect(toHex(bytes)).toBe(node.toString("hex"));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      expect(fromBase64(toBase64Url(bytes))).toEqual(bytes);
      expect(fromHex(toHex(bytes))).toEqual(bytes);
    }),
  );
});

test("what does not decode is null", () => {
  for (const text of ["a", "ab!c", "a=b", "é"]) expect(fromBase64(text), text).toBeNull();
  for (const text of ["a", "zz", "0x"]) expect(fromHex(text), text).toBeNull();
});
