"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, isApiProblem } from "#components/api/client.ts";
import type { Preview } from "#components/api/shapes.ts";
import type { SpecSent } from "#components/forms/schedule-values.ts";
import { readLength } from "#components/time/length.ts";
import { clockInZone, dayInZone, zoneInWords } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import { Card } from "#components/ui/page.tsx";
import { useRested } from "./use-rested.ts";

/** What the spec that is being typed would expect. */
export function usePreview(typed: {
  readonly spec: SpecSent | null;
  readonly timezone: string;
  readonly grace: string;
}) {
  const { spec, timezone, grace } = useRested(typed, 200);
  const graceSeconds = readLength(grace);
  const body = { spec, timezone, count: 10, ...(graceSeconds === null ? {} : { graceSeconds }) };
  const asked = useQuery({
    queryKey: ["preview", JSON.stringify(body)],
    queryFn: ({ signal }) => api<Preview>("/schedules/preview", { method: "POST", body, signal }),
    enabled: spec !== null && timezone !== "",
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    retry: false,
  });
  const problem = asked.isError && isApiProblem(asked.error) ? asked.error : null;
  return { preview: spec === null || problem ? null : (asked.data ?? null), problem };
}

/** The next times on the schedule's clock, and beside it on the reader's. */
export function NextTimes({ preview, timezone }: { readonly preview: Preview | null; readonly timezone: string }) {
  const { browserZone } = useZone();
  const second = browserZone === timezone ? "UTC" : browserZone;
  const cell = "border-t border-line px-[14px] py-[5px]";
  const head = "px-[14px] py-2 text-left text-s font-medium text-ink-3";
  if (preview === null) {
    return <Card className="px-[14px] py-3 text-ink-2">The next times stand here as soon as it is known when.</Card>;
  }
  if (preview.expectedAt.length === 0) {
    return (
      <Card className="px-[14px] py-3 text-ink-2">
        It has no times of its own: each run that starts says by when the next one has to.
      </Card>
    );
  }
  return (
    <Card>
      <table className="w-full border-collapse">
        <thead>
          <tr>
            <th scope="col" className={head}>
              <span className="sr-only">Day</span>
            </th>
            <th scope="col" className={head}>
              {zoneInWords(timezone)}
            </th>
            {second === timezone ? null : (
              <th scope="col" className={head}>
                {zoneInWords(second)}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {preview.expectedAt.map((at) => {
            const moment = Date.parse(at);
            const seconds = preview.expectedAt.some((one) => Date.parse(one) % 60_000 !== 0);
            const otherDay = dayInZone(moment, second) !== dayInZone(moment, timezone);
            return (
              <tr key={at}>
                <td className={cell}>
                  <time dateTime={at}>{dayInZone(moment, timezone)}</time>
                </td>
                <td className={cell}>{clockInZone(moment, timezone, { seconds })}</td>
                {second === timezone ? null : (
                  <td className={`${cell} text-ink-2`}>
                    {clockInZone(moment, second, { seconds })}
                    {otherDay ? `, ${dayInZone(moment, second)}` : ""}
                  </td>
                )}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Card>
  );
}
