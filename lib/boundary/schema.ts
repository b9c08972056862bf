/** What a protected route may be told from outside (api.md, Protected route). */
import { z } from "zod";
import { distinct, webUrl } from "#lib/input/schema.ts";
import { gateSecret } from "#lib/input/secret.ts";
import { contract } from "./contract-options.ts";

/** How a proxy says which request it asks about (contracts.md, section 5). */
export const PROXIES = ["nginx", "traefik", "caddy", "envoy"] as const;
export type ProxyKind = (typeof PROXIES)[number];

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

export const routeInput = z
  .object({
    contract,
    caller: contract.nullable().default(null),
    manual: contract.nullable().default(null),
    url: webUrl.nullable().default(null),
    probeUrl: webUrl.nullable().default(null),
    probeMethods: distinct(z.enum(METHODS), METHODS.length)
      .min(1, { message: "must name one at least" })
      .default(["GET"]),
    proxy: z.enum(PROXIES).default("nginx"),
    proxyKey: gateSecret,
    allowPrivateNetwork: z.boolean().default(false),
  })
  .meta({
    id: "RouteInput",
    description: "A secret that is left out, or sent as it was read, stays; null removes it.",
  });
export type RouteInput = z.output<typeof routeInput>;
