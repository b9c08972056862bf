"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { api, wordsOf } from "#components/api/client.ts";
import type { Discarded, List } from "#components/api/shapes.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Waiting } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";

/** Check-ins that meant it and came to nothing. */
export function DiscardedOfIt({ slug }: { readonly slug: string }) {
  const asked = useQuery({
    queryKey: [...KEYS.discarded(), "all"],
    queryFn: ({ signal }) => api<List<Discarded>>("/discarded?limit=1000", { signal }),
  });
  if (asked.isError) return <Notice look="bad">{wordsOf(asked.error)}</Notice>;
  if (!asked.data) return <Waiting rows={3} />;
  const own = asked.data.items.filter((one) => one.slug === slug);
  return (
    <div className="grid gap-3">
      {own.length === 0 ? <Notice>No check-in that names this schedule was discarded.</Notice> : null}
      {own.map((one) => (
        <div key={one.id} className="rounded-[8px] border border-line bg-surface px-[14px] py-[10px]">
          <p>
            <b className="font-[570]">{one.reason.replaceAll("_", " ")}</b>,{" "}
            {one.count === 1 ? "once" : `${one.count} times`}, last <AbsoluteTime at={one.lastAt} /> from{" "}
            <code className="font-mono text-s">{one.sender}</code>
          </p>
          <p className="mt-1 text-ink-2">{one.remedy}</p>
        </div>
      ))}
      <p>
        <Link href="/discarded" className="text-accent hover:underline">
          All discarded check-ins
        </Link>
      </p>
    </div>
  );
}
