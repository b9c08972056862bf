"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { apiText, wordsOf } from "#components/api/client.ts";
import type { Run } from "#components/api/shapes.ts";
import { useClock } from "#components/time/now.ts";
import { lengthInWords } from "#components/time/words.ts";
import { sizeInWords } from "#components/ui/amount.ts";
import { Notice } from "#components/ui/notice.tsx";
import { Tag } from "#components/ui/page.tsx";
import { Glyph } from "./glyph.tsx";
import type { MarkName } from "./look.ts";
import { AbsoluteTime } from "./relative-time.tsx";

const MARK: Readonly<Record<Run["outcome"], MarkName>> = { running: "running", success: "on_time", fail: "failed" };
const WORD: Readonly<Record<Run["outcome"], string>> = { running: "Running", success: "Succeeded", fail: "Failed" };

/** How long a run took, or has been going on. */
function Took({ run }: { readonly run: Run }) {
  const from = Date.parse(run.startedAt);
  const going = useClock((now) => lengthInWords(Math.max(1_000, Math.floor((now - from) / 1_000) * 1_000)));
  if (run.finishedAt === null) return <>for {going}</>;
  const took = Date.parse(run.finishedAt) - from;
  return took === 0 ? "only its end was reported" : <>took {lengthInWords(took)}</>;
}

/** What a job wrote. It is text, whatever it holds. */
function RunLog({ id }: { readonly id: string }) {
  const log = useQuery({
    queryKey: ["run-log", id],
    queryFn: ({ signal }) => apiText(`/runs/${id}/log`, { signal }),
    refetchOnWindowFocus: false,
  });
  if (log.isError) return <Notice look="bad">{wordsOf(log.error)}</Notice>;
  if (log.data === undefined) return <p className="mt-2 text-ink-2">Loading the log …</p>;
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
      tabIndex={0}
      className="mt-2 max-h-[280px] overflow-auto rounded-m bg-sunken p-3 font-mono text-s whitespace-pre-wrap [overflow-wrap:anywhere]"
    >
      {log.data === "" ? "The log is not kept any more: logs are forgotten earlier than their runs." : log.data}
    </pre>
  );
}

function Row({ run }: { readonly run: Run }) {
  const [shown, setShown] = useState(false);
  const mark = MARK[run.outcome];
  return (
    <li className="px-[14px] py-[9px]">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Glyph name={mark} />
        <AbsoluteTime at={run.startedAt} />
        <span>
          {WORD[run.outcome]}
          {run.exitStatus === null || run.exitStatus === 0 ? "" : `, exit status ${run.exitStatus}`}
        </span>
        <span className="text-ink-2">
          <Took run={run} />
        </span>
        {run.unscheduled ? <Tag>unscheduled</Tag> : null}
        {run.doubleFire ? <Tag className="bg-late-soft text-late">fired twice</Tag> : null}
        {run.manual ? <Tag>by hand</Tag> : null}
        {run.windowNamed === "not_matched" ? <Tag className="bg-late-soft text-late">names no window</Tag> : null}
        <span className="flex-1" />
        {run.remoteAddress === null ? null : (
          <span className="font-mono text-s text-ink-3 max-sm:hidden">{run.remoteAddress}</span>
        )}
        {run.logBytes > 0 ? (
          <a
            href={`/api/v1/runs/${run.id}/log`}
            download={`${run.schedule}-${run.startedAt.replace(/[:.]/g, "-")}.log`}
            className="order-last rounded-m px-1.5 text-accent hover:underline"
          >
            Download
          </a>
        ) : null}
        {run.logBytes > 0 ? (
          <button
            type="button"
            aria-expanded={shown}
            onClick={() => setShown(!shown)}
            className="rounded-m px-1.5 text-accent hover:underline"
          >
            {shown ? "Hide log" : `Log, ${sizeInWords(run.logBytes)}`}
          </button>
        ) : null}
      </div>
      {shown ? <RunLog id={run.id} /> : null}
    </li>
  );
}

export function RunList({ runs, none }: { readonly runs: readonly Run[]; readonly none: string }) {
  if (runs.length === 0) return <p className="text-ink-2">{none}</p>;
  return (
    <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface">
      {runs.map((run) => (
        <Row key={run.id} run={run} />
      ))}
    </ul>
  );
}
