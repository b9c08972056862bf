"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { api, queryString } from "#components/api/client.ts";
import type { Discarded, List } from "#components/api/shapes.ts";
import { serverNow } from "#components/time/server-clock.ts";
import { Icon } from "#components/ui/icon.tsx";
import { KEYS } from "#lib/views/keys.ts";

const DAY = 86_400_000;
const EVERY = 30_000;

/** How many senders reported into the void in the last day and still do not arrive: quiet, and there. */
export function IntoTheVoid() {
  const asked = useQuery({
    queryKey: [...KEYS.discarded(), "of the last day"],
    queryFn: ({ signal }) => {
      const from = new Date(serverNow() - DAY).toISOString();
      return api<List<Discarded>>(`/discarded${queryString({ from, limit: 100 })}`, { signal });
    },
    refetchInterval: EVERY,
  });
  const lost = asked.data?.items.filter(({ repairedTo }) => repairedTo === null).length ?? 0;
  if (lost === 0) return null;
  const count = `${lost}${asked.data?.nextCursor === null ? "" : "+"}`;
  return (
    <Link
      href="/discarded"
      className="flex items-start gap-2 rounded-m p-2 text-[11.5px] leading-[1.5] text-ink-2 hover:bg-hover hover:text-ink"
    >
      <Icon name="lost" className="mt-px size-[14px]" />
      <span>{count === "1" ? "1 job reports into the void" : `${count} jobs report into the void`}</span>
    </Link>
  );
}
