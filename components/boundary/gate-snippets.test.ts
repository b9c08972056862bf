import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import type { ContractShown, Route } from "#components/api/boundary.ts";
import { CONTRACT_KINDS } from "#gate/contracts/kinds.ts";
import { contractOf } from "#gate/contracts/register.ts";
import { GATE_SNIPPETS, type GateSnippetId, gateSnippet } from "./gate-snippets.ts";

const ORIGIN = "https://rollcall.example.com";
const set = { set: true, length: 32, updatedAt: "2027-01-01T00:00:00.000Z" };
const bearer: ContractShown = { kind: "bearer", secret: set };
const hmac: ContractShown = { kind: "hmac", header: "x-signature", algorithm: "sha256", encoding: "hex", secret: set };

const route = (more: Partial<Route> = {}): Route => ({
  ...{ name: "cron-api", contract: bearer, caller: null, manual: null, proxy: "nginx", proxyKey: { set: false } },
  url: "https://app.example.com/api/cron/nightly",
  ...{ probeUrl: "https://app.example.com/api/cron/probe", probeMethods: ["GET"], allowPrivateNetwork: false },
  ...{ gateKey: { set: true, updatedAt: set.updatedAt }, schedules: [], createdAt: set.updatedAt, version: 1 },
  ...{ warnings: [], ...more },
});

const TOLD = ["Rollcall-Decision", "Rollcall-Route", "Rollcall-Schedule", "Rollcall-Ticket"];
const CLEARED = [...TOLD, "Rollcall-Reason", "Rollcall-Gate", "Rollcall-Proxy-Key"];

it("nginx says that there is no body, and which request it asks about, and clears what a client sends", () => {
  const { text } = gateSnippet("nginx", route(), ORIGIN);
  expect(text).toContain('proxy_set_header Content-Length "";');
  expect(text).toContain("proxy_pass_request_body off;");
  expect(text).toContain("X-Original-Method $request_method;");
  expect(text).toContain("X-Original-URI $request_uri;");
  for (const name of CLEARED) expect(text).toMatch(new RegExp(`proxy_set_header ${name} (?:""|\\$\\w+);`));
  expect(text).toContain("location = /api/cron/nightly {");
  expect(text).toContain("location = /api/cron/probe {");
});

it("Traefik believes no client's X-Forwarded-*, and strips what the gate answers with", () => {
  const { http } = parse(gateSnippet("traefik", route({ proxy: "traefik" }), ORIGIN).text);
  const { forwardAuth } = http.middlewares["cron-api-gate"];
  expect(forwardAuth).toEqual({
    ...{ address: `${ORIGIN}/gate/cron-api`, trustForwardHeader: false, authResponseHeaders: TOLD },
  });
  expect(Object.keys(http.middlewares["cron-api-before"].headers.customRequestHeaders).sort()).toEqual(
    [...CLEARED].sort(),
  );
  expect(http.middlewares["cron-api-after"].headers.customRequestHeaders).toEqual({ "Rollcall-Proxy-Key": "" });
  expect(http.routers["cron-api"].middlewares).toEqual(["cron-api-before", "cron-api-gate", "cron-api-after"]);
  const signed = parse(gateSnippet("traefik", route({ proxy: "traefik", contract: hmac }), ORIGIN).text);
  expect(signed.http.middlewares["cron-api-gate"].forwardAuth).toMatchObject({ forwardBody: true });
});

it("Envoy waits for two seconds, admits nobody while the gate is away, and passes on every header of the contract", () => {
  const { http_filters: filters, clusters } = parse(gateSnippet("envoy", route({ proxy: "envoy", contract: hmac, caller: { kind: "vercel-cron", secret: set } }), ORIGIN).text); // biome-ignore format: one call
  const [clear, authz, router] = filters.map((one: { readonly typed_config: unknown }) => one.typed_config);
  expect(authz).toMatchObject({ failure_mode_allow: false, status_on_error: { code: "Forbidden" } });
  expect(authz.http_service.server_uri).toEqual({ uri: ORIGIN, cluster: "rollcall", timeout: "2s" });
  expect(authz.http_service.path_prefix).toBe("/gate/cron-api");
  const allowed = authz.allowed_headers.patterns.map(({ exact }: { readonly exact: string }) => exact);
  expect(allowed).toEqual(expect.arrayContaining(["x-signature", "authorization", "x-vercel-cron-schedule"]));
  expect(authz.with_request_body).toMatchObject({ allow_partial_message: false });
  const removed = clear.mutations.request_mutations.map(({ remove }: { readonly remove: string }) => remove);
  expect(removed).toEqual(CLEARED.map((name) => name.toLowerCase()));
  expect(router["@type"]).toContain("Router");
  expect(clusters[0].load_assignment.endpoints[0].lb_endpoints[0].endpoint.address.socket_address).toEqual({
    ...{ address: "rollcall.example.com", port_value: 443 },
  });
});

it("Caddy clears before the gate is asked, in the order in which it stands", () => {
  const { text } = gateSnippet("caddy", route({ proxy: "caddy" }), ORIGIN);
  expect(text.indexOf("route @cron-api")).toBeLessThan(text.indexOf("request_header -Rollcall-Ticket"));
  expect(text.indexOf("request_header -Rollcall-Ticket")).toBeLessThan(text.indexOf("forward_auth"));
  expect(text).toContain(`copy_headers ${TOLD.join(" ")}`);
  expect(text.split("{").length).toBe(text.split("}").length);
});

it("a proxy that cannot carry the proof, or is not the route's own, is warned of", () => {
  for (const id of ["nginx", "caddy"] as const) {
    expect(gateSnippet(id, route({ proxy: id, contract: hmac }), ORIGIN).warning).toContain("body_unavailable");
    expect(gateSnippet(id, route({ proxy: id }), ORIGIN).warning).toBeNull();
  }
  expect(gateSnippet("envoy", route(), ORIGIN).warning).toContain("forwarded_mismatch");
  expect(gateSnippet("ci", route({ probeUrl: null }), ORIGIN).warning).toContain("read-only address");
});

it("every kind of contract has its gate in code: the secrets from the environment, and never a mark of one", () => {
  for (const kind of CONTRACT_KINDS) {
    const fields = Object.entries(contractOf(kind).fields).map(([name, field]) =>
      field.type === "secret" ? [name, set] : [name, field.choices?.[0] ?? "x"],
    );
    const contract = { kind, ...Object.fromEntries(fields) } as ContractShown;
    for (const { id } of GATE_SNIPPETS) {
      const { text } = gateSnippet(id, route({ contract, manual: bearer }), ORIGIN);
      expect(text, `${id} of ${kind}`).not.toMatch(/\[object|undefined|(?<!\/dev\/)null/);
    }
    const { text } = gateSnippet("next", route({ contract, manual: bearer }), ORIGIN);
    expect(text).toContain(`kind: "${kind}"`);
    expect(text).toContain('manual: { kind: "bearer", secret: process.env.MANUAL_SECRET }');
  }
});

it("docs/gate.md shows what the page shows", () => {
  const page = "docs/gate.md";
  const shown: Partial<Route> = { proxyKey: { ...set }, gateKey: { set: true, updatedAt: set.updatedAt } };
  const text = (id: GateSnippetId): string => {
    const proxy = id === "traefik" || id === "caddy" || id === "envoy" ? { proxy: id } : {};
    return gateSnippet(id, route({ ...shown, ...proxy }), ORIGIN).text;
  };
  const ids = ["traefik", "caddy", "envoy", "next", "express", "hono", "ci"] as const;
  const found = readFileSync(page, "utf8");
  for (const id of ids) expect(found, id).toContain(`\n${text(id)}\n\`\`\``);
});
