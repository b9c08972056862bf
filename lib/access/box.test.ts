import { expect, it } from "vitest";
import { open, seal } from "./box.ts";

const SECRET = "a-secret-of-the-installation";

it("opens what it sealed", () => {
  for (const text of ["", "s3cret", "Zürich ✓", "x".repeat(100_000)]) {
    expect(open(SECRET, seal(SECRET, text))).toBe(text);
    expect(open(SECRET, new Uint8Array(seal(SECRET, text)))).toBe(text);
  }
});

it("shows nothing of it, and never the same twice", () => {
  const [a, b] = [seal(SECRET, "very secret"), seal(SECRET, "very secret")];
  expect(a.equals(b)).toBe(false);
  expect(a.includes("secret")).toBe(false);
});

it("does not open under another secret, nor when any bit was touched or a byte is missing", () => {
  const sealed = seal(SECRET, "text");
  expect(open("another-secret-entirely", sealed)).toBeNull();
  for (let at = 0; at < sealed.length; at++) {
    const touched = Buffer.from(sealed);
    touched[at] = (touched[at] ?? 0) ^ 1;
    expect(open(SECRET, touched)).toBeNull();
    expect(open(SECRET, sealed.subarray(0, at))).toBeNull();
  }
});
