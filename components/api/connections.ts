"use client";

import { useQuery } from "@tanstack/react-query";
import type { Field } from "#lib/drivers/fields.ts";
import { KEYS } from "#lib/views/keys.ts";
import { api } from "./client.ts";
import { useRefetchInterval } from "./live.ts";
import type { List, WireSpec } from "./shapes.ts";

/** How Rollcall reaches a scheduler: with the options of its kind, and in place of each secret its mark. */
export interface Connection extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly kind: string;
  /** Those that are reached through it. */
  readonly schedules: readonly string[];
  /** Of which of them the history cannot be read; `null`: it can. */
  readonly failing: { readonly schedules: readonly string[]; readonly since: string; readonly problem: string } | null;
  /** Its secrets were stored under another key of Rollcall, and have to be given anew. */
  readonly unreadable: boolean;
  readonly createdAt: string;
  readonly version: number;
}

/** What a form asks for. */
export type DriverField = Field & { readonly name: string };

/** A kind of connection: what it may be told, what its driver can, and what it cannot and why. */
export interface DriverKind {
  readonly kind: string;
  readonly label: string;
  readonly refWords: string;
  readonly can: Readonly<Record<"discover" | "read" | "apply" | "history" | "fire", boolean>>;
  readonly cannot: readonly string[];
  readonly fields: readonly DriverField[];
}

/** A job that a scheduler has, as a proposal for the registry. */
export interface Proposal {
  readonly slug: string;
  readonly name: string;
  readonly spec: WireSpec;
  readonly timezone: string;
  readonly driver: { readonly kind: string; readonly connection: string; readonly ref: string };
  readonly native: string;
  readonly enabled: boolean;
  readonly notes: readonly string[];
  /** The schedule that has it already. */
  readonly schedule: string | null;
}

export const useConnections = () =>
  useQuery({
    queryKey: KEYS.connections(),
    queryFn: ({ signal }) => api<List<Connection>>("/connections?limit=1000", { signal }),
    refetchInterval: useRefetchInterval(),
  });

/** The drivers there are: they change with Rollcall alone. */
export const useDrivers = () =>
  useQuery({
    queryKey: ["drivers"],
    queryFn: ({ signal }) => api<{ readonly items: readonly DriverKind[] }>("/drivers", { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
