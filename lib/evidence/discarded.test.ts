import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant } from "#lib/time/instant.ts";
import { cleanText, DISCARDED_REASONS, groupOf, joined, remedy, shortenedPath } from "./discarded.ts";

const UUID = "0192f0c1-2b3c-7d4e-8f50-0123456789ab";
const KEY = "Zm9v_YmFyLWJhejEyMzQ1N";

describe("the path of a discarded check-in", () => {
  it("has keys shortened, ids too, and no query", () => {
    expect(shortenedPath(`/ping/${UUID}/start?rid=${UUID}`)).toBe("/ping/0192f0c1…/start");
    expect(shortenedPath(`/ping/${UUID.toUpperCase()}`)).toBe("/ping/0192f0c1…");
    expect(shortenedPath(`/ping/${KEY}/nightly-report/17`)).toBe("/ping/Zm9v…/nightly-report/17");
    expect(shortenedPath(`/ping/${KEY}`)).toBe("/ping/Zm9v…");
    expect(shortenedPath("/ping/x")).toBe("/ping/x");
  });

  it("has a key shortened where it does not belong", () => {
    expect(shortenedPath(`/ping/nightly/${KEY}`)).toBe("/ping/nigh…/Zm9v…");
    expect(shortenedPath(`/ping//${KEY}/nightly`)).toBe("/ping/…/Zm9v…/nightly");
    expect(shortenedPath(`/ping/a/b-${UUID}`)).toBe("/ping/a…/b-0192f0c1…");
    expect(shortenedPath(`/ping/${UUID}x/a`)).toBe("/ping/0192f0c1……/a");
  });

  it("never holds a whole key or id, whatever stands around it", () => {
    const around = fc.array(fc.oneof(fc.constantFrom("/", "start", "ping", "-"), fc.string({ maxLength: 4 })), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.constantFrom(UUID, KEY, UUID.toUpperCase()), around, (secret, after) => {
        expect(shortenedPath(`/ping/${secret}${after.join("")}`)).not.toContain(secret);
        expect(shortenedPath(`/ping/${after.join("")}/${secret}`)).not.toContain(secret);
      }),
    );
  });

  it("is bounded, and free of what PostgreSQL or a screen cannot take", () => {
    expect(shortenedPath(`/ping/${KEY}/${"a".repeat(90_000)}`).length).toBeLessThan(301);
    expect(shortenedPath(`/ping/ab/${"x/".repeat(50_000)}`).length).toBeLessThan(301);
    expect(shortenedPath("/ping/ab/\u0000\u001b[31m\ud800")).toBe("/ping/ab…/\ufffd\ufffd[31m\ufffd");
  });
});

it("text of strangers is bounded, and printable beyond a cut surrogate", () => {
  expect(cleanText("curl/8.5.0", 300)).toBe("curl/8.5.0");
  expect(cleanText("ab😀", 3)).toBe("ab\ufffd");
  fc.assert(
    fc.property(
      fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }),
      fc.nat(40),
      (text, most) => {
        const clean = cleanText(text, most);
        expect(clean.length).toBeLessThanOrEqual(most);
        expect(clean).not.toMatch(/\p{Cc}/u);
        expect(Buffer.from(clean).toString()).toBe(clean);
      },
    ),
  );
});

it("groups count, keep their first and last moment, and say what the later one said", () => {
  const one = {
    reason: "malformed",
    path: "/ping/x",
    sender: "::1",
    slug: null,
    scheduleId: null,
    userAgent: null,
  } as const;
  const at = (ms: number, detail: string) => groupOf({ ...one, detail, at: instant(ms) });
  const expected = { count: 3, firstAt: 1, lastAt: 3, detail: "c" };
  expect(joined(joined(at(1, "a"), at(2, "b")), at(3, "c"))).toMatchObject(expected);
  expect(joined(at(3, "c"), joined(at(2, "b"), at(1, "a")))).toMatchObject(expected);
});

it("every reason has a remedy, which names the schedule where it is known", () => {
  for (const reason of DISCARDED_REASONS) {
    expect(remedy({ reason, slug: null, detail: null })).toMatch(/^[A-Z].*\.$/);
  }
  expect(remedy({ reason: "unknown_slug", slug: "nightly", detail: null })).toContain('"nightly"');
});
