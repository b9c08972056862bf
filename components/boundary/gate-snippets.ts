/** How the gate is put in front of a route: in code, by a proxy, and its matrix in CI (contracts.md, section 5). Pure. */
import type { Route } from "#components/api/boundary.ts";
import { coversBody, headersOf } from "./contract-words.ts";
import { gateInCode, methodOf } from "./gate-config.ts";

export const GATE_SNIPPETS = [
  { id: "next", label: "Next.js" },
  { id: "express", label: "Express" },
  { id: "hono", label: "Hono" },
  { id: "nginx", label: "nginx" },
  { id: "traefik", label: "Traefik" },
  { id: "caddy", label: "Caddy" },
  { id: "envoy", label: "Envoy" },
  { id: "ci", label: "CI" },
] as const;
export type GateSnippetId = (typeof GATE_SNIPPETS)[number]["id"];

export interface GateSnippet {
  readonly text: string;
  /** Where it goes, and what else it needs. */
  readonly note: string;
  /** Why it would refuse everything as the route stands; `null`: it would not. */
  readonly warning: string | null;
}

/** What the gate tells the application on 200: always all four, so that a proxy overwrites what a client sent. */
const TOLD = ["Rollcall-Decision", "Rollcall-Route", "Rollcall-Schedule", "Rollcall-Ticket"] as const;
/** What only Rollcall and the proxy may say; a client's is cleared before the application reads it. */
const CLEARED = ["Rollcall-Reason", "Rollcall-Gate", "Rollcall-Proxy-Key"] as const;

const APP = "http://127.0.0.1:3000";

interface Ways {
  /** `https://app.example.com` */
  readonly host: string;
  readonly path: string;
  readonly probe: string;
}

function waysOf({ url, probeUrl }: Route): Ways {
  const job = new URL(url ?? "https://app.example.com/api/cron/nightly");
  return {
    host: job.hostname,
    path: job.pathname,
    probe: probeUrl === null ? "/api/cron/probe" : new URL(probeUrl).pathname,
  };
}

/** Both lie behind the gate: the job, and the read-only route that the matrix calls. */
const bothOf = ({ path, probe }: Ways): readonly string[] => [...new Set([path, probe])];

const IN_CODE = "Set ROLLCALL_GATE_KEY (shown once when the route is made), ROLLCALL_REPORT_KEY (an API key of scope report) and the secrets. npm install @rollcall/gate."; // biome-ignore format: one sentence

const fileOf = (path: string): string => `app${path.replace(/\/$/, "")}/route.ts`;

const next = (route: Route, origin: string): GateSnippet => ({
  text: `// lib/gate.ts
${gateInCode(route, origin).replace("const gate", "export const gate")}

// ${fileOf(waysOf(route).path)}
import { gate } from "@/lib/gate";

export const ${methodOf(route)} = gate.protect(async (request, { ticket }) => {
  // Its check-in names the window that it answers by the ticket; a job that checks in without one leaves it out.
  await runTheJob(await ticket());
  return Response.json({ ok: true });
});

// ${fileOf(waysOf(route).probe)}: same gate, nothing behind it
import { gate } from "@/lib/gate";

export const ${route.probeMethods[0] ?? "GET"} = gate.probe();`,
  note: `In the handler, not in middleware: what only middleware guards is open to whoever gets around it. ${IN_CODE}`,
  warning: null,
});

const express = (route: Route, origin: string): GateSnippet => ({
  text: `import express from "express";
${gateInCode(route, origin)}

const app = express();

// The gate stands before whatever parses bodies.
app.${methodOf(route).toLowerCase()}(${JSON.stringify(waysOf(route).path)}, gate.node(), express.json(), async (req, res) => {
  await runTheJob();
  res.json({ ok: true });
});

// Same gate, nothing behind it: what the matrix calls.
app.${(route.probeMethods[0] ?? "GET").toLowerCase()}(${JSON.stringify(waysOf(route).probe)}, gate.node(), (req, res) => res.status(204).end());`,
  note: IN_CODE,
  warning: null,
});

const hono = (route: Route, origin: string): GateSnippet => ({
  text: `import { Hono } from "hono";
${gateInCode(route, origin)}

const app = new Hono();

const nightly = gate.protect(async (request, { ticket }) => {
  // Its check-in names the window that it answers by the ticket; a job that checks in without one leaves it out.
  await runTheJob(await ticket());
  return Response.json({ ok: true });
});
app.on(${JSON.stringify(methodOf(route))}, ${JSON.stringify(waysOf(route).path)}, (c) => nightly(c.req.raw));

// Same gate, nothing behind it: what the matrix calls.
const probe = gate.probe();
app.on(${JSON.stringify(route.probeMethods[0] ?? "GET")}, ${JSON.stringify(waysOf(route).probe)}, (c) => probe(c.req.raw));

export default app;`,
  note: IN_CODE,
  warning: null,
});

const keyed = ({ proxyKey }: Route): boolean => proxyKey.set;
const KEY_NOTE = "Put the proxy key where it says so.";

function otherProxy(route: Route, proxy: Route["proxy"]): string | null {
  if (route.proxy === proxy) return null;
  return `The route names ${route.proxy} as its proxy: as long as it does, what this one says is not read and everything is refused (forwarded_mismatch).`;
}

const noBody = (route: Route, proxy: string): string | null =>
  coversBody(route.contract)
    ? `The proof of this contract covers the body, which ${proxy} never passes on: everything would be refused (body_unavailable). Use the library.`
    : null;

function nginx(route: Route, origin: string): GateSnippet {
  const ways = waysOf(route);
  const lower = (name: string) => name.toLowerCase().replaceAll("-", "_");
  const locations = bothOf(ways).map(
    (path) => `location = ${path} {
    auth_request /_rollcall_gate;
${TOLD.map((name) => `    auth_request_set $${lower(name)} $upstream_http_${lower(name)};`).join("\n")}
    # What a client sends under these names never reaches the application.
${TOLD.map((name) => `    proxy_set_header ${name} $${lower(name)};`).join("\n")}
${CLEARED.map((name) => `    proxy_set_header ${name} "";`).join("\n")}
    proxy_set_header Host $host;
    proxy_pass ${APP};
}`,
  );
  return {
    text: `location = /_rollcall_gate {
    internal;
    proxy_pass ${origin}/gate/${route.name};
    proxy_ssl_server_name on;
    # nginx never passes the body on: say that there is none.
    proxy_pass_request_body off;
    proxy_set_header Content-Length "";
    proxy_set_header X-Original-Method $request_method;
    proxy_set_header X-Original-URI $request_uri;
    proxy_set_header Rollcall-Proxy-Key "${keyed(route) ? "put-the-proxy-key-here" : ""}";
    proxy_connect_timeout 2s;
    proxy_read_timeout 2s;
}

${locations.join("\n\n")}`,
    note: `Into the server block. ${keyed(route) ? `${KEY_NOTE} ` : ""}Where the gate is away nginx answers 500 and lets nobody in.`,
    warning: otherProxy(route, "nginx") ?? noBody(route, "nginx"),
  };
}

const list = (indent: string, names: readonly string[]): string => names.map((name) => `${indent}- ${name}`).join("\n");

function traefik(route: Route, origin: string): GateSnippet {
  const ways = waysOf(route);
  const body = coversBody(route.contract);
  const rule = `Host(\`${ways.host}\`) && (${bothOf(ways)
    .map((path) => `Path(\`${path}\`)`)
    .join(" || ")})`;
  const empty = (names: readonly string[]) => names.map((name) => `          ${name}: ""`).join("\n");
  const key = keyed(route)
    ? `\n          Rollcall-Proxy-Key: put-the-proxy-key-here`
    : `\n          Rollcall-Proxy-Key: ""`;
  return {
    text: `http:
  routers:
    ${route.name}:
      rule: "${rule}"
      middlewares:
        - ${route.name}-before
        - ${route.name}-gate
        - ${route.name}-after
      service: app
  middlewares:
    # What a client sends under these names is cleared: an empty value takes it away.
    ${route.name}-before:
      headers:
        customRequestHeaders:
${empty([...TOLD, "Rollcall-Reason", "Rollcall-Gate"])}${key}
    ${route.name}-gate:
      forwardAuth:
        address: ${origin}/gate/${route.name}
        # Else a client's own X-Forwarded-* would be believed.
        trustForwardHeader: false
${body ? "        # Its proof covers the body.\n        forwardBody: true\n        maxBodySize: 1048576\n" : ""}        authResponseHeaders:
${list("          ", TOLD)}
    # The application is not told the proxy key.
    ${route.name}-after:
      headers:
        customRequestHeaders:
          Rollcall-Proxy-Key: ""
  services:
    app:
      loadBalancer:
        servers:
          - url: ${APP}`,
    note: `A file of the dynamic configuration. ${keyed(route) ? KEY_NOTE : ""}`.trim(),
    warning: otherProxy(route, "traefik"),
  };
}

function caddy(route: Route, origin: string): GateSnippet {
  const ways = waysOf(route);
  return {
    text: `${ways.host} {
	@${route.name} path ${bothOf(ways).join(" ")}
	# Inside of route they run as they stand here; elsewhere Caddy would clear after the gate has answered.
	route @${route.name} {
${[...TOLD, ...CLEARED].map((name) => `		request_header -${name}`).join("\n")}
		forward_auth ${origin} {
			uri /gate/${route.name}
			header_up Host {upstream_hostport}
${keyed(route) ? `			header_up Rollcall-Proxy-Key {$ROLLCALL_PROXY_KEY}\n` : ""}			copy_headers ${TOLD.join(" ")}
			transport http {
				dial_timeout 2s
				response_header_timeout 2s
			}
		}
		reverse_proxy ${APP}
	}
}`,
    note: `The Caddyfile.${keyed(route) ? " Set ROLLCALL_PROXY_KEY where Caddy runs." : ""} Where the gate is away Caddy answers 502 and lets nobody in.`,
    warning: otherProxy(route, "caddy") ?? noBody(route, "Caddy"),
  };
}

function envoy(route: Route, origin: string): GateSnippet {
  const { hostname, port, protocol } = new URL(origin);
  const tls = protocol === "https:";
  const headers = [
    ...new Set([
      ...["authorization", "user-agent", "content-type", "rollcall-probe", "x-middleware-subrequest"],
      ...headersOf(route.contract),
      ...(route.caller ? headersOf(route.caller) : []),
      ...(route.manual ? headersOf(route.manual) : []),
    ]),
  ];
  const exact = (indent: string, names: readonly string[]) =>
    names.map((name) => `${indent}- exact: ${name.toLowerCase()}`).join("\n");
  const body = coversBody(route.contract)
    ? `      # Its proof covers the body.
      with_request_body:
        max_request_bytes: 1048576
        allow_partial_message: false
        pack_as_bytes: true
`
    : "";
  return {
    text: `http_filters:
  # What a client sends under these names never reaches the gate or the application.
  - name: envoy.filters.http.header_mutation
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation
      mutations:
        request_mutations:
${[...TOLD, ...CLEARED].map((name) => `          - remove: ${name.toLowerCase()}`).join("\n")}
  - name: envoy.filters.http.ext_authz
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.filters.http.ext_authz.v3.ExtAuthz
      failure_mode_allow: false
      status_on_error:
        code: Forbidden
${body}      # Envoy passes on only these.
      allowed_headers:
        patterns:
${exact("          ", headers)}
      http_service:
        server_uri:
          uri: ${origin}
          cluster: rollcall
          # Of its own accord it waits for 200 ms, which is a refusal whenever Rollcall is slower.
          timeout: 2s
        path_prefix: /gate/${route.name}
${keyed(route) ? `        authorization_request:\n          headers_to_add:\n            - key: rollcall-proxy-key\n              value: put-the-proxy-key-here\n` : ""}        authorization_response:
          allowed_upstream_headers:
            patterns:
${exact("              ", TOLD)}
          allowed_client_headers:
            patterns:
${exact("              ", ["www-authenticate", "rollcall-gate", "rollcall-decision"])}
  - name: envoy.filters.http.router
    typed_config:
      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
clusters:
  - name: rollcall
    type: STRICT_DNS
    load_assignment:
      cluster_name: rollcall
      endpoints:
        - lb_endpoints:
            - endpoint:
                address:
                  socket_address:
                    address: ${hostname}
                    port_value: ${port === "" ? (tls ? 443 : 80) : port}
${tls ? `    transport_socket:\n      name: envoy.transport_sockets.tls\n      typed_config:\n        "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext\n        sni: ${hostname}\n` : ""}`.trimEnd(),
    note: `http_filters into the connection manager, the cluster among the static resources. ${keyed(route) ? KEY_NOTE : ""}`.trim(),
    warning: otherProxy(route, "envoy"),
  };
}

const ci = ({ name, probeUrl }: Route, origin: string): GateSnippet => ({
  text: `curl -fsS -X POST \\
  -H "Authorization: Bearer $ROLLCALL_API_KEY" \\
  "${origin}/api/v1/routes/${name}/verify" \\
  | tee matrix.json | jq -e '.green' > /dev/null \\
  || { jq -r '.cases[] | select(.passed == false) | "\\(.case) \\(.variant): \\(.got) \\(.status)"' matrix.json; exit 1; }`,
  note: "A step after the deploy: it fails while the matrix is red. ROLLCALL_API_KEY is a key of scope write. With Accept: application/junit+xml the answer is a JUnit report instead.",
  warning: probeUrl === null ? "The matrix needs a read-only address: name one in the route’s editor." : null,
});

const SNIPPETS = { next, express, hono, nginx, traefik, caddy, envoy, ci } satisfies Record<
  GateSnippetId,
  (route: Route, origin: string) => GateSnippet
>;

/** @param origin where Rollcall is: `https://rollcall.example.com` */
export const gateSnippet = (id: GateSnippetId, route: Route, origin: string): GateSnippet =>
  SNIPPETS[id](route, origin.replace(/\/$/, ""));
