"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, apiText, queryString, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { CheckIn, List } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import type { MarkName } from "#components/marks/look.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { lengthInWords } from "#components/time/words.ts";
import { sizeInWords } from "#components/ui/amount.ts";
import { Notice } from "#components/ui/notice.tsx";
import { OlderOnes } from "#components/ui/older-ones.tsx";
import { Waiting } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";

const LOOK: Readonly<Record<CheckIn["kind"], { readonly mark: MarkName; readonly word: string }>> = {
  start: { mark: "running", word: "Start" },
  success: { mark: "on_time", word: "Success" },
  fail: { mark: "failed", word: "Fail" },
  log: { mark: "due", word: "Log" },
  close: { mark: "failed", word: "Closed by a person" },
};

/** What came with it: text, whatever it holds. */
function Body({ path }: { readonly path: string }) {
  const body = useQuery({
    queryKey: ["check-in-body", path],
    queryFn: ({ signal }) => apiText(path, { signal }),
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (body.isError) return <Notice look="bad">{wordsOf(body.error)}</Notice>;
  if (body.data === undefined) return <p className="mt-2 text-ink-2">Loading …</p>;
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
      tabIndex={0}
      className="mt-2 max-h-[280px] overflow-auto rounded-m bg-sunken p-3 font-mono text-s whitespace-pre-wrap [overflow-wrap:anywhere]"
    >
      {body.data === "" ? "It is not kept any more: logs are forgotten earlier than their runs." : body.data}
    </pre>
  );
}

function Row({ slug, checkIn }: { readonly slug: string; readonly checkIn: CheckIn }) {
  const [shown, setShown] = useState(false);
  const { at, receivedAt, kind, rid, exitStatus, bodyBytes, method, remoteAddress, userAgent } = checkIn;
  const { mark, word } = LOOK[kind];
  const path = `/schedules/${slug}/check-ins/${checkIn.id}/body`;
  const behind = Date.parse(receivedAt) - Date.parse(at);
  return (
    <li className="px-[14px] py-[9px]">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Glyph name={mark} />
        <AbsoluteTime at={at} />
        <span>
          {word}
          {exitStatus === null ? "" : `, exit status ${exitStatus}`}
        </span>
        {behind > 5_000 ? <span className="text-ink-2">came {lengthInWords(behind)} later</span> : null}
        {rid === null ? null : (
          <code title={`rid ${rid}`} className="font-mono text-s text-ink-3">
            {rid.slice(0, 8)}
          </code>
        )}
        <span className="flex-1" />
        <span className="max-w-[280px] truncate font-mono text-s text-ink-3 max-sm:hidden">
          {[method, remoteAddress, userAgent].filter(Boolean).join(" ")}
        </span>
        {bodyBytes > 0 ? (
          <>
            <button
              type="button"
              aria-expanded={shown}
              onClick={() => setShown(!shown)}
              className="rounded-m px-1.5 text-accent hover:underline"
            >
              {shown ? "Hide it" : `Body, ${sizeInWords(bodyBytes)}`}
            </button>
            <a
              href={`/api/v1${path}`}
              download={`${slug}-${at.replace(/[:.]/g, "-")}.txt`}
              className="rounded-m px-1.5 text-accent hover:underline"
            >
              Download
            </a>
          </>
        ) : null}
      </div>
      {shown ? <Body path={path} /> : null}
    </li>
  );
}

/** What its job sent, check-in by check-in, the newest first. */
export function CheckIns({ slug }: { readonly slug: string }) {
  const asked = useInfiniteQuery({
    queryKey: KEYS.windows(slug, "check-ins"),
    queryFn: ({ signal, pageParam }) =>
      api<List<CheckIn>>(`/schedules/${slug}/check-ins${queryString({ limit: 50, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: useRefetchInterval(),
  });
  if (asked.isError) return <Notice look="bad">{wordsOf(asked.error)}</Notice>;
  if (!asked.data) return <Waiting />;
  const all = asked.data.pages.flatMap(({ items }) => items);
  if (all.length === 0) {
    return <Notice>No check-in has come yet. “How it checks in” has the line that its job needs.</Notice>;
  }
  return (
    <div className="grid gap-3">
      <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface">
        {all.map((checkIn) => (
          <Row key={checkIn.id} slug={slug} checkIn={checkIn} />
        ))}
      </ul>
      <OlderOnes list={asked} />
    </div>
  );
}
