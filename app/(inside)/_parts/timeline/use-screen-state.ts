"use client";

import { useMemo } from "react";
import { GROUPS, type Group, SORTS, type Sort } from "#components/timeline/rows.ts";
import type { Selection } from "#components/timeline/stage.ts";
import type { LaneFilters } from "#components/timeline/use-lanes.ts";
import { useAddress } from "#components/ui/address.ts";
import { WANTED } from "./wanted.ts";

/** What the panel is about: a window, or a moment at which nothing was expected. */
export interface Spot {
  readonly slug: string;
  readonly at: number;
}

function readSlot(slug: string | null, at: string | null): number | null {
  const moment = Date.parse(at ?? "");
  return slug !== null && Number.isFinite(moment) ? moment : null;
}

const oneOf = <T extends string>(all: readonly T[], value: string | null): T | null =>
  all.find((one) => one === value) ?? null;

const iso = (at: number): string => new Date(at).toISOString();

/** Everything that the address says of this screen but the range, and how to change it. */
export function useScreenState() {
  const { query, go } = useAddress();
  const text = (name: string): string => query.get(name) ?? "";
  const [q, tag, environment] = [text("q"), text("tag"), text("environment")];
  const verdict = oneOf(WANTED, query.get("verdict"));
  const sort: Sort = oneOf(SORTS, query.get("sort")) ?? "wrong";
  const group: Group | null = oneOf(GROUPS, query.get("group"));
  const filters = useMemo(
    (): LaneFilters => ({ q, tag, environment, verdict, sort, group }),
    [q, tag, environment, verdict, sort, group],
  );
  const closed = text("closed");
  const collapsed = useMemo(() => new Set(closed === "" ? [] : closed.split(",")), [closed]);
  const slug = query.get("schedule");
  const expectedAt = readSlot(slug, query.get("window"));
  const at = readSlot(slug, query.get("at"));
  const selection = useMemo(
    (): Selection | null => (slug !== null && expectedAt !== null ? { slug, expectedAt } : null),
    [slug, expectedAt],
  );
  const spot = useMemo((): Spot | null => (slug !== null && at !== null ? { slug, at } : null), [slug, at]);
  return {
    ...{ query, go, filters, collapsed, selection, spot: selection ? null : spot },
    filtered: q !== "" || tag !== "" || environment !== "" || verdict !== null,
    table: query.get("view") === "table",
    select: (chosen: Selection | null, how?: { readonly step?: boolean }) =>
      go({ schedule: chosen?.slug ?? null, window: chosen === null ? null : iso(chosen.expectedAt), at: null }, how),
    askWhy: (one: Spot) => go({ schedule: one.slug, at: iso(Math.floor(one.at / 1_000) * 1_000), window: null }),
    toggle: (name: string) => {
      const next = new Set(collapsed);
      if (!next.delete(name)) next.add(name);
      go({ closed: [...next].join(",") || null }, { step: false });
    },
  };
}
