import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DAY, type Instant, instant, MINUTE, toRfc3339 } from "#lib/time/instant.ts";
import { healthchecks } from "./healthchecks.ts";
import type { ParsedCheckIn, Refusal } from "./protocol.ts";

const NOW = instant(Date.UTC(2027, 0, 12, 12));
const UUID = "0192f0c1-2b3c-7d4e-8f50-0123456789ab";
const RID = "7F000001-9b3c-4d4e-8f50-0123456789AB";
const KEY = "Zm9v_YmFyLWJhejEyMzQ1N";

const parse = (url: string, { method = "GET", headers = {} }: { method?: string; headers?: object } = {}) =>
  healthchecks.parse({ method, url, headers: { ...headers } }, NOW);
const taken = (url: string, more: { method?: string; headers?: object } = {}): ParsedCheckIn => {
  const parsed = parse(url, more);
  if (parsed.refused) throw new Error(`${url}: ${parsed.status} ${parsed.text}`);
  return parsed;
};
const refused = (url: string, more: { method?: string; headers?: object } = {}): Refusal => {
  const parsed = parse(url, more);
  if (!parsed.refused) throw new Error(`${url} is taken`);
  return parsed;
};

const ENDINGS: readonly (readonly [string, ParsedCheckIn["kind"], number | null])[] = [
  ["", "success", null],
  ["/start", "start", null],
  ["/fail", "fail", null],
  ["/log", "log", null],
  ["/0", "success", 0],
  ["/1", "fail", 1],
  ["/17", "fail", 17],
  ["/255", "fail", 255],
];

describe("check-ins in the form of Healthchecks", () => {
  for (const [ending, kind, exitStatus] of ENDINGS) {
    it(`by id and by slug: "${ending}" is ${kind}, a trailing slash is accepted`, () => {
      for (const slash of ["", "/"]) {
        expect(taken(`/ping/${UUID}${ending}${slash}`)).toMatchObject({
          address: { form: "uuid", uuid: UUID },
          kind,
          exitStatus,
        });
        expect(taken(`/ping/${KEY}/nightly-report${ending}${slash}`)).toMatchObject({
          address: { form: "slug", key: KEY, slug: "nightly-report" },
          kind,
          exitStatus,
        });
      }
    });
  }

  it("anything else than an exit status from 0 to 255 is 400 `invalid url format`", () => {
    for (const ending of [
      "/256",
      "/1000",
      "/-1",
      "/1.5",
      "/started",
      "/START",
      "/1e2",
      "/0x1",
      "//",
      "/start/1",
      "/ 1",
    ]) {
      for (const stem of [`/ping/${UUID}`, `/ping/${KEY}/nightly`]) {
        expect([ending, refused(stem + ending)]).toMatchObject([
          ending,
          { status: 400, text: "invalid url format", reason: "malformed" },
        ]);
      }
    }
  });

  it("HEAD, GET, POST alike; others 405 with `Allow`", () => {
    const alike = ["HEAD", "GET", "POST"].map((method) => taken(`/ping/${UUID}`, { method }));
    expect(alike[1]).toEqual(alike[0]);
    expect(alike[2]).toEqual(alike[0]);
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "get"]) {
      expect(refused(`/ping/${UUID}`, { method })).toMatchObject({
        status: 405,
        headers: ["Allow", "HEAD, GET, POST"],
      });
    }
  });

  it("upper and lower case alike, in the path and in `rid`", () => {
    expect(taken(`/ping/${UUID.toUpperCase()}?rid=${RID}`)).toMatchObject({
      address: { uuid: UUID },
      rid: RID.toLowerCase(),
    });
  });

  it("`rid` is a UUID in canonical text; anything else 400 `invalid uuid format`", () => {
    for (const rid of [
      "",
      "1",
      UUID.replaceAll("-", ""),
      `{${UUID}}`,
      `${UUID}0`,
      `urn:uuid:${UUID}`,
      "%zz",
      `${UUID} `,
    ]) {
      expect(refused(`/ping/${UUID}?rid=${rid}`)).toMatchObject({ status: 400, text: "invalid uuid format" });
    }
    expect(refused(`/ping/${UUID}?rid`)).toMatchObject({ text: "invalid uuid format" });
    expect(taken(`/ping/${UUID}?x=1&rid=${UUID}&y`)).toMatchObject({ rid: UUID });
  });

  it("a `?create=1` with a bad exit status or `rid` is 400", () => {
    expect(refused(`/ping/${KEY}/nightly/256?create=1`)).toMatchObject({ status: 400, text: "invalid url format" });
    expect(refused(`/ping/${KEY}/nightly?create=1&rid=x`)).toMatchObject({ status: 400, text: "invalid uuid format" });
    expect(taken(`/ping/${KEY}/nightly?create=1`)).toMatchObject({ create: true });
    expect(taken(`/ping/${KEY}/nightly?create=0`)).toMatchObject({ create: false });
  });

  it("makes no schedule of a name that none can have", () => {
    for (const slug of ["Nightly", "a_b", "a%20b", "ü", "a".repeat(101)]) {
      expect(refused(`/ping/${KEY}/${slug}?create=1`)).toMatchObject({ status: 400, text: "invalid url format" });
      expect(taken(`/ping/${KEY}/${slug}`).create).toBe(false); // it may be an alias
    }
  });

  it("a ping key of another form is an unknown one", () => {
    for (const key of ["short", `${KEY}x`, "Zm9v.YmFyLWJhejEyMzQ1N"]) {
      expect(refused(`/ping/${key}/nightly`)).toMatchObject({ status: 404, text: "not found", reason: "unknown_key" });
    }
  });

  it("what is no address of a check-in is 400 `invalid url format`", () => {
    for (const path of ["", "/", "x", KEY, "a//b", "/a/b", "a/b/c/d", `${UUID.slice(1)}`, `${KEY}/%`, `${KEY}/a%2Fb`]) {
      expect([path, refused(`/ping/${path}`)]).toMatchObject([path, { status: 400, text: "invalid url format" }]);
    }
  });

  it("`at` is taken up to 7 days old and at most 5 min ahead", () => {
    const at = (time: Instant) => encodeURIComponent(toRfc3339(time));
    for (const time of [NOW, NOW - 7 * DAY, NOW + 5 * MINUTE].map(instant)) {
      expect(taken(`/ping/${UUID}?at=${at(time)}`).at).toBe(time);
    }
    for (const time of [NOW - 7 * DAY - 1, NOW + 5 * MINUTE + 1].map(instant)) {
      expect(refused(`/ping/${UUID}?at=${at(time)}`)).toMatchObject({ status: 400, reason: "malformed" });
    }
    for (const text of [
      "",
      "yesterday",
      "2027-01-12",
      "2027-01-12T12:00:00",
      "1799668800",
      "2027-02-30T00:00:00Z",
      "%",
    ]) {
      expect(refused(`/ping/${UUID}?at=${text}`).status).toBe(400);
    }
  });

  it("reads an offset whose + was not escaped, and one that was", () => {
    for (const text of ["2027-01-12T13:00:00+01:00", "2027-01-12T13:00:00%2B01:00", "2027-01-12+13:00:00%2B01:00"]) {
      expect(taken(`/ping/${UUID}?at=${text}`).at).toBe(NOW);
    }
  });

  it("`window`, `env` and the gate's ticket are handed on", () => {
    const named = instant(Date.UTC(2026, 11, 31, 23));
    expect(
      taken(`/ping/${UUID}?window=2026-12-31T23:00:00Z&env=staging+two%21`, { headers: { "rollcall-ticket": "t" } }),
    ).toMatchObject({ window: named, environment: "staging two!", ticket: "t" });
    expect(refused(`/ping/${UUID}?window=soon`).status).toBe(400);
    expect(taken(`/ping/${UUID}`)).toMatchObject({ window: null, environment: null, ticket: null, at: null });
    expect(taken(`/ping/${UUID}?env=`).environment).toBe("");
  });

  it("of equal names the last counts; unknown ones and names of Object.prototype mean nothing", () => {
    expect(taken(`/ping/${UUID}?rid=${UUID}&rid=${RID}`).rid).toBe(RID.toLowerCase());
    expect(taken(`/ping/${UUID}?__proto__=1&constructor=2&&=&utm=%zz`).rid).toBeNull();
    expect(refused(`/ping/${UUID}/constructor`).status).toBe(400);
  });

  it("answers whatever comes, and only with the protocol's answers", () => {
    const piece = fc.oneof(
      fc.constantFrom(UUID, KEY, "/", "//", "?", "&", "=", "%", "%00", "rid", "create=1", "at=", "start", "255", "a"),
      fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.constantFrom("GET", "POST", "PUT"), (pieces, method) => {
        const parsed = parse(`/ping/${pieces.join("")}`, { method });
        if (parsed.refused) expect([400, 404, 405]).toContain(parsed.status);
        else if (parsed.address.form === "uuid") expect(parsed.address.uuid).toMatch(/^[0-9a-f-]{36}$/);
        else expect(parsed.address.key).toHaveLength(22);
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads every id, ending and rid that it is given", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.nat(255), fc.boolean(), (uuid, rid, status, slash) => {
        expect(taken(`/ping/${uuid.toUpperCase()}/${status}${slash ? "/" : ""}?rid=${rid}`)).toMatchObject({
          address: { uuid },
          rid,
          exitStatus: status,
          kind: status === 0 ? "success" : "fail",
        });
      }),
    );
  });
});
