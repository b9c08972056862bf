import type { IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { refusePage } from "./page-refusal.ts";

const asked = (url: string, { method = "GET", ...headers }: Record<string, string> = {}) =>
  refusePage({ url, method, headers } as unknown as IncomingMessage, "https://rollcall.example.com")?.status ?? null;

describe("a page", () => {
  test.each(["/", "/schedules/nightly?q=%zz", "/setup/%C3%A9", "/_next/static/a.js"])("is asked for %s", (url) => {
    expect(asked(url)).toBeNull();
  });
  test.each(["/%zz", "/setup/%", "/%C0%AF", "/a%00b"])("is not asked for %s: nobody can read that", (url) => {
    expect(asked(url)).toBe(400);
  });
  test("is not asked for with a router's state that is none", () => {
    for (const state of ["x", "%", "{}", "", "[]", '[""]', '["",[]]', '["",{"children":[7,{}]}]'])
      expect(asked("/", { "next-router-state-tree": state })).toBe(400);
    const good = JSON.stringify([
      "",
      { children: [["slug", "a", "d"], { children: ["__PAGE__", {}] }, null, "refetch"] },
    ]);
    expect(asked("/", { "next-router-state-tree": encodeURIComponent(good) })).toBeNull();
  });
  test("is written to from our own pages alone", () => {
    expect(asked("/account", { method: "POST", origin: "https://evil.example" })).toBe(403);
    expect(asked("/account", { method: "POST" })).toBe(403);
    expect(asked("/account", { method: "POST", origin: "https://rollcall.example.com" })).toBeNull();
    expect(asked("/api/auth/callback/credentials", { method: "POST" })).toBeNull();
  });
});
