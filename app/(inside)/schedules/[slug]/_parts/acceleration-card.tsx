"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { EndButtons } from "#components/accelerations/end-buttons.tsx";
import { StagesPanel } from "#components/accelerations/stages-panel.tsx";
import type { Acceleration } from "#components/api/accelerations.ts";
import { api } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { Schedule } from "#components/api/shapes.ts";
import { useAddress } from "#components/ui/address.ts";
import { useMe } from "#components/ui/me.tsx";
import { Section } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";

const AccelerateDialog = dynamic(
  () => import("#components/accelerations/accelerate-dialog.tsx").then((file) => file.AccelerateDialog),
  { ssr: false },
);

function UnderWay({ id }: { readonly id: string }) {
  const asked = useQuery({
    queryKey: KEYS.acceleration(id),
    queryFn: ({ signal }) => api<Acceleration>(`/accelerations/${id}`, { signal }),
    refetchInterval: useRefetchInterval(),
  });
  if (!asked.data) return null;
  return (
    <Section
      title="Accelerated"
      className="mt-4"
      actions={
        <>
          <Link href={`/accelerations/${id}`} className="text-accent hover:underline">
            Its steps
          </Link>
          <EndButtons acceleration={asked.data} />
        </>
      }
    >
      <StagesPanel acceleration={asked.data} />
    </Section>
  );
}

/** The acceleration that is under way, live; and the dialog where the address asks for it. */
export function AccelerationCard({ schedule }: { readonly schedule: Schedule }) {
  const { mayOperate } = useMe();
  const { query, go } = useAddress();
  const { acceleration, slug, archivedAt } = schedule;
  const asks = query.get("do") === "accelerate" && mayOperate && archivedAt === null;
  return (
    <>
      {acceleration ? <UnderWay id={acceleration} /> : null}
      {asks && !acceleration ? (
        <AccelerateDialog slug={slug} onClose={() => go({ do: null }, { step: false })} />
      ) : null}
    </>
  );
}
