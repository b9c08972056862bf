"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { api, queryString, wordsOf } from "#components/api/client.ts";
import type { List, ScheduleVersion } from "#components/api/shapes.ts";
import { versionDifferences } from "#components/forms/schedule-diff.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { OlderOnes } from "#components/ui/older-ones.tsx";
import { Waiting } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";
import { TextDifference } from "./text-difference.tsx";

/** What one version changed of the one before it, field by field. */
function Changes({ before, version }: { readonly before: ScheduleVersion; readonly version: ScheduleVersion }) {
  const all = versionDifferences(before, version);
  if (all.length === 0)
    return <p className="text-ink-2">Nothing that is seen here: it was revived, or its target changed.</p>;
  return (
    <dl className="grid grid-cols-[110px_minmax(0,1fr)] gap-x-3 gap-y-1 max-sm:grid-cols-1">
      {all.map(({ label, was, is }) => (
        <div key={label} className="contents">
          <dt className="text-ink-3">{label}</dt>
          <dd className="[overflow-wrap:anywhere]">
            {label === "Description" ? (
              <TextDifference was={was} is={is} />
            ) : (
              <>
                <del className="text-ink-2 decoration-ink-3">{was}</del> <span aria-hidden="true">→</span>{" "}
                <ins className="font-[550] no-underline">{is}</ins>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Every edit, the newest first, with what it changed: what was expected before stays what it was. */
export function Versions({ slug }: { readonly slug: string }) {
  const asked = useInfiniteQuery({
    queryKey: [...KEYS.schedule(slug), "versions"],
    queryFn: ({ signal, pageParam }) =>
      api<List<ScheduleVersion>>(`/schedules/${slug}/versions${queryString({ limit: 30, cursor: pageParam })}`, {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
  if (asked.isError) return <Notice look="bad">{wordsOf(asked.error)}</Notice>;
  if (!asked.data) return <Waiting rows={3} />;
  const versions = asked.data.pages.flatMap(({ items }) => items);
  return (
    <div className="grid gap-3">
      <ol className="divide-y divide-line rounded-[8px] border border-line bg-surface">
        {versions.map((version, i) => {
          const before = versions[i + 1];
          return (
            <li key={version.version} className="grid gap-1.5 px-[14px] py-[10px]">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <b className="font-[570]">Version {version.version}</b>
                <AbsoluteTime at={version.effectiveFrom} className="text-ink-2" />
                <span className="ml-auto text-ink-3">{version.actor}</span>
              </div>
              {version.reason === null ? null : <p className="[overflow-wrap:anywhere]">“{version.reason}”</p>}
              {before ? (
                <Changes before={before} version={version} />
              ) : version.version === 1 ? (
                <p className="text-ink-2">It was made.</p>
              ) : null}
            </li>
          );
        })}
      </ol>
      <OlderOnes list={asked} />
    </div>
  );
}
