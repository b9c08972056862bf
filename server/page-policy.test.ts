import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { contentPolicy, pageHeaders, SONNER_STYLES } from "./page-policy.ts";

it("knows the styles that sonner writes, as the package is installed", () => {
  const folder = dirname(createRequire(import.meta.url).resolve("sonner"));
  const [, literal = '""'] = /__insertCSS\(("(?:[^"\\]|\\.)*")\)/.exec(readFileSync(join(folder, "index.mjs"), "utf8")) ?? []; // biome-ignore format: one thing
  const hash = createHash("sha256").update(JSON.parse(literal)).digest("base64");
  expect(SONNER_STYLES).toBe(`'sha256-${hash}'`);
});

it("runs no script but our own, marked for this answer", () => {
  const policy = contentPolicy({ nonce: "abc", production: true });
  expect(policy).toContain("script-src 'nonce-abc' 'strict-dynamic';");
  expect(policy).not.toMatch(/unsafe-eval|https?:|\*|script-src[^;]*unsafe-inline|style-src-elem[^;]*unsafe-inline/);
  for (const closed of ["object-src", "frame-ancestors", "base-uri", "frame-src", "default-src"]) {
    expect(policy).toContain(`${closed} 'none'`);
  }
});

it("asks for what needs a secure context only where there is one", () => {
  const asks = (url: string) => "cross-origin-opener-policy" in pageHeaders(url);
  expect(["https://rollcall.example.com", "http://127.0.0.1:3000", "http://localhost:3000"].map(asks)).toEqual([true, true, true]); // biome-ignore format: one thing
  expect(["http://rollcall.lan", "http://192.168.1.4:3000"].map(asks)).toEqual([false, false]);
});
