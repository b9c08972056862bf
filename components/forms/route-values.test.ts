import { expect, it } from "vitest";
import type { Route } from "#components/api/boundary.ts";
import { CONTRACT_KINDS } from "#gate/contracts/kinds.ts";
import { changedFields, emptyRoute, pathInForm, type RouteValues, routeBody, routeValues, wrongInRoute } from "./route-values.ts"; // biome-ignore format: one line

const SECRET = "correct-horse-battery-staple-ok!";
const route: Route = {
  name: "cron-api",
  contract: { kind: "hmac", header: "x-signature", algorithm: "sha512", encoding: "hex", secret: { set: true, length: 44 }, nextSecret: { set: false } }, // biome-ignore format: one line
  caller: { kind: "vercel-cron", secret: { set: true, length: 32 }, nextSecret: { set: true, length: 32 } },
  manual: null,
  url: "https://app.example.com/api/cron/nightly",
  ...{ probeUrl: null, probeMethods: ["GET", "POST"], proxy: "caddy", proxyKey: { set: true, length: 40 } },
  ...{ allowPrivateNetwork: true, gateKey: { set: true, updatedAt: "2027-01-01T00:00:00.000Z" }, schedules: [] },
  ...{ createdAt: "2027-01-01T00:00:00.000Z", version: 3, warnings: [] },
};

it("a secret left out, or sent as it was read, stays", () => {
  const body = routeBody(routeValues(route));
  expect(JSON.parse(JSON.stringify(body))).toEqual({
    contract: { kind: "hmac", header: "x-signature", algorithm: "sha512", encoding: "hex" },
    caller: { kind: "vercel-cron" },
    ...{ manual: null, url: route.url, probeUrl: null, probeMethods: ["GET", "POST"], proxy: "caddy" },
    allowPrivateNetwork: true,
  });
  expect(wrongInRoute(routeValues(route), route)).toEqual([]);
});

it("a secret given anew replaces the one that is set, and null takes it away", () => {
  const typed: RouteValues = {
    ...routeValues(route),
    contract: { kind: "hmac", fields: { header: "x-signature", secret: SECRET }, removed: {} },
    caller: { kind: "vercel-cron", fields: {}, removed: { nextSecret: true } },
    proxyKeyRemoved: true,
  };
  const body = routeBody(typed);
  expect(body.contract["secret"]).toBe(SECRET);
  expect(body.caller).toEqual({ kind: "vercel-cron", secret: undefined, nextSecret: null });
  expect(body.proxyKey).toBeNull();
});

it("what the API would refuse is said at its field", () => {
  const at = (values: Partial<RouteValues>) => wrongInRoute({ ...emptyRoute(), name: "ok", ...values }, null);
  expect(at({ name: "No Name" })[0]?.path).toBe("name");
  expect(at({ name: "new" })[0]?.path).toBe("name");
  expect(at({ url: "ftp://a" })[0]?.path).toBe("url");
  expect(at({ probeMethods: [] })[0]?.path).toBe("probeMethods");
  const google = { kind: "google-oidc", fields: { audience: "https://a" }, removed: {} } as const;
  expect(at({ contract: google }).map(({ path }) => path)).toEqual(["contract.fields.serviceAccountEmail"]);
  const left = { kind: "bearer", fields: { secret: "two\nlines" }, removed: {} } as const;
  expect(at({ contract: left })[0]).toMatchObject({ path: "contract.fields.secret" });
  const hmac = { kind: "timestamped-hmac", fields: { toleranceSeconds: "soon" }, removed: {} } as const;
  expect(at({ contract: hmac })[0]?.path).toMatch(/^contract\.fields\./);
  expect(pathInForm("proxyKey")).toBe("proxyKey");
});

it("every kind of contract has words for each of its options, and a body that names none but those", () => {
  for (const kind of CONTRACT_KINDS) {
    const { contract } = routeBody({ ...emptyRoute(), contract: { kind, fields: { stray: "x" }, removed: {} } });
    expect(contract).not.toHaveProperty("stray");
    expect(contract["kind"]).toBe(kind);
  }
});

it("says what somebody else changed meanwhile", () => {
  expect(changedFields(route, { ...route, version: 4, url: null, proxy: "nginx" })).toEqual(["Address", "Proxy"]);
});
