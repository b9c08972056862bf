"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { api } from "#components/api/client.ts";
import type { Incident, List } from "#components/api/shapes.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { Empty } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";
import type { Shown } from "./filters.ts";

/** How long it has been well: the incident that ended last. */
function LastOne() {
  const asked = useQuery({
    queryKey: KEYS.incidents("last resolved"),
    queryFn: ({ signal }) => api<List<Incident>>("/incidents?state=resolved&limit=1", { signal }),
  });
  const last = asked.data?.items[0];
  if (!asked.data) return <p>…</p>;
  if (!last) return <p>There has been no incident yet. One opens by itself when an expected run goes missing.</p>;
  return (
    <p>
      The last incident,{" "}
      <Link href={`/incidents/${last.id}`} className="text-accent hover:underline">
        {last.schedule ?? last.route ?? `number ${last.number}`}
      </Link>
      , was resolved <RelativeTime at={last.resolvedAt ?? last.openedAt} />.
    </p>
  );
}

export function Nothing({ shown, filtered }: { readonly shown: Shown; readonly filtered: boolean }) {
  if (filtered) return <Empty title="No incident fits this filter" />;
  switch (shown) {
    case "open":
      return (
        <Empty title="Nothing is wrong">
          <LastOne />
        </Empty>
      );
    case "acknowledged":
      return <Empty title="Nobody is at work on an incident" />;
    case "resolved":
      return <Empty title="No incident has been resolved yet" />;
    case "all":
      return (
        <Empty title="There has been no incident yet">
          <p>When an expected run goes missing, fails or overruns, one opens by itself.</p>
        </Empty>
      );
  }
}
