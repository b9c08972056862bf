"use client";

import { useQuery } from "@tanstack/react-query";
import type { ContractKind } from "#lib/boundary/contract-options.ts";
import type { ProxyKind } from "#lib/boundary/schema.ts";
import { KEYS } from "#lib/views/keys.ts";
import { api } from "./client.ts";
import { useRefetchInterval } from "./live.ts";
import type { List } from "./shapes.ts";

/** What is known of a secret: never what it says. */
export interface SecretMark {
  readonly set: boolean;
  readonly length?: number;
  readonly updatedAt?: string;
}

/** Its options; in place of each secret its mark. */
export type ContractShown = { readonly kind: ContractKind } & Readonly<Record<string, unknown>>;

export interface RouteWarning {
  readonly code: string;
  readonly message: string;
  readonly path: string;
}

export interface Route {
  readonly name: string;
  readonly contract: ContractShown;
  readonly caller: ContractShown | null;
  readonly manual: ContractShown | null;
  readonly url: string | null;
  readonly probeUrl: string | null;
  readonly probeMethods: readonly string[];
  readonly proxy: ProxyKind;
  readonly proxyKey: SecretMark;
  readonly allowPrivateNetwork: boolean;
  /** Text once: in the answer that made it. */
  readonly gateKey: { readonly set: boolean; readonly updatedAt: string } | string;
  readonly schedules: readonly string[];
  readonly createdAt: string;
  readonly version: number;
  readonly warnings: readonly RouteWarning[];
}

export interface VerificationCase {
  readonly case: string;
  readonly variant: string;
  readonly expected: "refused" | "accepted";
  readonly got: string | null;
  readonly status: number | null;
  /** A code, after a colon its sub-reason. */
  readonly reason: string | null;
  /** What it means and what to do. */
  readonly sentence?: string;
  /** `null`: not applicable, or it cannot be made. */
  readonly passed: boolean | null;
  readonly durationMs: number | null;
}

export interface Verification {
  readonly id: string;
  readonly route: string;
  readonly at: string;
  /** `null`: it is under way, and cases are still to come. */
  readonly finishedAt?: string | null;
  /** Whose doing it was. */
  readonly by?: string;
  readonly green: boolean;
  readonly representative: boolean;
  readonly cases: readonly VerificationCase[];
}

export interface DecisionCount {
  readonly at: string;
  readonly route: string;
  readonly outcome: "admitted" | "rejected";
  readonly reason: string;
  readonly via: "scheduler" | "manual" | "probe" | "stranger";
  readonly count: number;
}

export interface DecisionCounts {
  readonly from: string;
  readonly to: string;
  readonly bucketSeconds: number;
  readonly items: readonly DecisionCount[];
}

/** Every route. One that a decision names may be gone: a list answers 200 whether it is there or not. */
export function useRoutes(initial?: List<Route> | null) {
  return useQuery({
    queryKey: KEYS.routes(),
    queryFn: ({ signal }) => api<List<Route>>("/routes?limit=1000", { signal }),
    ...(initial ? { initialData: initial } : {}),
    refetchInterval: useRefetchInterval(),
  });
}

/** The newest verifications of a route. */
export function useVerifications(
  route: string,
  { limit, enabled = true }: { readonly limit: number; readonly enabled?: boolean },
) {
  return useQuery({
    queryKey: KEYS.verifications(route, limit),
    queryFn: ({ signal }) =>
      api<List<Verification>>(`/routes/${encodeURIComponent(route)}/verifications?limit=${limit}`, { signal }),
    refetchInterval: useRefetchInterval(),
    enabled,
  });
}
