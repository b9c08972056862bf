"use client";

import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

export type Change = Readonly<Record<string, string | null>>;

/** `?a=1` with some names set, and those that are `null` taken away. */
export function changed(search: string, change: Change): string {
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/**
 * The query of the address, and how to change it without asking the server for the page again. A step can be gone back
 * from; typing and moving along is none.
 */
export function useAddress() {
  const query = useSearchParams();
  const go = useCallback((change: Change, { step = true }: { readonly step?: boolean } = {}) => {
    const { pathname, search } = window.location;
    const next = changed(search, change);
    if (next === search) return;
    if (step) window.history.pushState(null, "", `${pathname}${next}`);
    else window.history.replaceState(null, "", `${pathname}${next}`);
  }, []);
  return { query, go };
}
