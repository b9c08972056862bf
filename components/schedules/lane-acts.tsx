"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { AccelerateButton } from "#components/accelerations/accelerate-button.tsx";
import { api } from "#components/api/client.ts";
import type { Schedule } from "#components/api/shapes.ts";
import { useMe } from "#components/ui/me.tsx";
import { KEYS } from "#lib/views/keys.ts";
import { RunNowButton } from "./run-now.tsx";

/** What an operator does with a schedule from beside its lane. */
export function LaneActs({ slug }: { readonly slug: string }) {
  const { mayOperate } = useMe();
  const asked = useQuery({
    queryKey: KEYS.schedule(slug),
    queryFn: ({ signal }) => api<Schedule>(`/schedules/${slug}`, { signal }),
    enabled: mayOperate,
  });
  const schedule = asked.data;
  if (!mayOperate || !schedule || schedule.archivedAt !== null) return null;
  return (
    <div className="mt-5 flex flex-wrap items-center gap-2 border-t border-line pt-4">
      {schedule.cannotFire !== null ? null : <RunNowButton slug={slug} name={schedule.name} />}
      {schedule.acceleration ? (
        <Link href={`/accelerations/${schedule.acceleration}`} className="font-medium text-accent hover:underline">
          It is accelerated
        </Link>
      ) : (
        <AccelerateButton slug={slug} />
      )}
    </div>
  );
}
