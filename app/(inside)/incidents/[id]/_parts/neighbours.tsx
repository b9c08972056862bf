"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { api } from "#components/api/client.ts";
import type { Incident, List } from "#components/api/shapes.ts";
import { KEYS } from "#lib/views/keys.ts";

export interface Around {
  readonly previous: Incident | null;
  readonly next: Incident | null;
}

/** The incidents before and after this one among those that are not over. */
export function useAround(id: string): Around {
  const items =
    useQuery({
      queryKey: KEYS.incidents("unresolved"),
      queryFn: ({ signal }) => api<List<Incident>>("/incidents?state=unresolved&limit=100", { signal }),
    }).data?.items ?? [];
  const at = items.findIndex((one) => one.id === id);
  if (at < 0) return { previous: null, next: items[0] ?? null };
  return { previous: items[at - 1] ?? null, next: items[at + 1] ?? null };
}

const ONE = "inline-flex size-7 items-center justify-center rounded-m text-ink-2 hover:bg-hover max-sm:size-11";

export function Neighbours({ previous, next }: Around) {
  return (
    <nav aria-label="Other open incidents" className="ml-auto flex flex-none">
      {previous ? (
        <Link href={`/incidents/${previous.id}`} className={ONE} aria-label={`Previous: incident ${previous.number}`}>
          ‹
        </Link>
      ) : null}
      {next ? (
        <Link href={`/incidents/${next.id}`} className={ONE} aria-label={`Next: incident ${next.number}`}>
          ›
        </Link>
      ) : null}
    </nav>
  );
}
