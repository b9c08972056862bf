"use client";

import { useQuery } from "@tanstack/react-query";
import { Trouble } from "#components/accelerations/trouble.tsx";
import type { Acceleration } from "#components/api/accelerations.ts";
import { api, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import { Notice } from "#components/ui/notice.tsx";
import { KEYS } from "#lib/views/keys.ts";

/** What keeps an original from being put back, and the line for whoever does it by hand. */
export function FailingRevert({ id }: { readonly id: string }) {
  const asked = useQuery({
    queryKey: KEYS.acceleration(id),
    queryFn: ({ signal }) => api<Acceleration>(`/accelerations/${id}`, { signal }),
    refetchInterval: useRefetchInterval(),
  });
  if (asked.isError) return <Notice look="bad">{wordsOf(asked.error)}</Notice>;
  return asked.data ? <Trouble acceleration={asked.data} /> : <div className="h-[154px]" aria-busy="true" />;
}
