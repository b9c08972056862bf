"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { List } from "#components/api/shapes.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { useNow } from "#components/time/now.ts";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Empty, Tag, Waiting } from "#components/ui/page.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import { MaintenanceForm } from "./maintenance-form.tsx";
import { Sure } from "./sure.tsx";

interface Maintenance {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly schedules?: readonly string[];
  readonly tags?: readonly string[];
  readonly routes?: readonly string[];
  readonly drivers?: readonly string[];
  readonly reason: string | null;
  readonly by: string;
  readonly version: number;
}

/** Of what: `all schedules`, `backup, poll, tagged data`. */
function selected({ schedules = [], tags = [], routes = [], drivers = [] }: Maintenance): string {
  const parts = [
    ...schedules,
    ...tags.map((tag) => `tagged ${tag}`),
    ...routes.map((route) => `route ${route}`),
    ...drivers.map((driver) => `driver ${driver}`),
  ];
  return parts.length === 0 ? "all schedules" : parts.join(", ");
}

/** What is planned, under way and over; and how to plan or end one. */
export function MaintenanceList() {
  const client = useQueryClient();
  const { mayOperate } = useMe();
  const now = useNow();
  const [ending, setEnding] = useState<Maintenance | null>(null);
  const list = useQuery({
    queryKey: KEYS.maintenance(),
    queryFn: ({ signal }) => api<List<Maintenance>>("/maintenance?limit=200", { signal }),
    refetchInterval: useRefetchInterval(),
  });
  const end = useMutation({
    mutationFn: ({ id, version }: Maintenance) =>
      api<null>(`/maintenance/${id}`, { method: "DELETE", ifMatch: version }),
    onSuccess: () => toast.success("The maintenance has ended"),
    onError: (thrown) => toast.error(wordsOf(thrown)),
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.maintenance() }),
  });
  const underWay = (one: Maintenance) => Date.parse(one.from) <= now && now < Date.parse(one.to);
  return (
    <div className="grid max-w-[860px] gap-4">
      {mayOperate ? <MaintenanceForm /> : null}
      {list.isError ? <Notice look="bad">{wordsOf(list.error)}</Notice> : null}
      {list.isPending ? <Waiting rows={2} /> : null}
      {list.data?.items.length === 0 ? (
        <Empty title="No maintenance is planned">
          <p>While one is under way, windows are excused and nobody is woken. It is shaded on the timeline.</p>
        </Empty>
      ) : null}
      {list.data && list.data.items.length > 0 ? (
        <ul aria-label="Maintenance" className="divide-y divide-line rounded-[8px] border border-line bg-surface">
          {list.data.items.map((one) => {
            const over = Date.parse(one.to) <= now;
            return (
              <li
                key={one.id}
                className={`flex flex-wrap items-center gap-x-3 gap-y-1 px-[14px] py-[9px] ${over ? "text-ink-3" : ""}`}
              >
                <div className="min-w-0 flex-1">
                  <p className="flex flex-wrap items-center gap-2">
                    <b className="font-[570] [overflow-wrap:anywhere]">{one.reason ?? "No reason given"}</b>
                    <Tag className={underWay(one) ? "bg-running-soft text-running" : ""}>
                      {over ? "over" : underWay(one) ? "under way" : "planned"}
                    </Tag>
                  </p>
                  <p className={`[overflow-wrap:anywhere] ${over ? "" : "text-ink-2"}`}>
                    <AbsoluteTime at={one.from} /> to <AbsoluteTime at={one.to} />, {selected(one)}, by {one.by}
                  </p>
                </div>
                {mayOperate && !over ? (
                  <Button
                    look="quiet"
                    busy={end.isPending}
                    onClick={() => setEnding(one)}
                    aria-label={`${underWay(one) ? "End" : "Take back"}: ${one.reason ?? "maintenance"}`}
                  >
                    {underWay(one) ? "End it now" : "Take it back"}
                  </Button>
                ) : null}
              </li>
            );
          })}
        </ul>
      ) : null}
      {ending ? (
        <Sure
          title={`${underWay(ending) ? "End" : "Take back"} “${ending.reason ?? "this maintenance"}”?`}
          lead={
            underWay(ending)
              ? "Windows from now on count again. Those it has excused stay so."
              : "It will not begin: its windows count as any others."
          }
          act={underWay(ending) ? "End it" : "Take it back"}
          onAct={() => end.mutate(ending)}
          onClose={() => setEnding(null)}
        />
      ) : null}
    </div>
  );
}
