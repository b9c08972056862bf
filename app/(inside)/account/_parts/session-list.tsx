"use client";

import { useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Result } from "#lib/problem.ts";

export interface SessionShown {
  readonly id: string;
  readonly device: string;
  readonly remoteAddress: string | null;
  /** RFC 3339. */
  readonly seenAt: string;
  readonly createdAt: string;
  readonly current: boolean;
}

export interface SessionListProps {
  readonly sessions: readonly SessionShown[];
  readonly end: (id: string) => Promise<Result<null>>;
  readonly endOthers: () => Promise<Result<number>>;
}

const minute = (at: string): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

export function SessionList({ sessions, end, endOthers }: SessionListProps) {
  const [busy, begin] = useTransition();
  const [refusal, setRefusal] = useState<string | null>(null);
  const act = (work: () => Promise<Result<unknown>>) =>
    begin(async () => {
      const answer = await work().catch(() => null);
      if (!answer) setRefusal("Rollcall did not answer. Check the connection and try again.");
      else setRefusal(answer.ok ? null : `${answer.problem.message} ${answer.problem.doNext}`);
    });
  return (
    <div className="grid gap-3">
      <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface">
        {sessions.map((session) => (
          <li key={session.id} className="flex items-center gap-3 px-4 py-[10px]">
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-center gap-x-2">
                <span className="font-[570]">{session.device}</span>
                {session.remoteAddress === null ? null : (
                  <span className="font-mono text-s text-ink-2">{session.remoteAddress}</span>
                )}
              </p>
              <p className="text-ink-2">
                Since <time dateTime={session.createdAt}>{minute(session.createdAt)}</time>, last seen{" "}
                <time dateTime={session.seenAt}>{minute(session.seenAt)}</time>
              </p>
            </div>
            {session.current ? (
              <span className="rounded-[10px] bg-idle-soft px-[7px] py-px text-[11.5px] whitespace-nowrap text-ink-2">
                This one
              </span>
            ) : (
              <Button busy={busy} onClick={() => act(() => end(session.id))} aria-label={`End ${session.device}`}>
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
      {refusal === null ? null : <Notice look="bad">{refusal}</Notice>}
      {sessions.length > 2 ? (
        <div>
          <Button look="quiet" className="-ml-3" busy={busy} onClick={() => act(endOthers)}>
            End all others
          </Button>
        </div>
      ) : null}
    </div>
  );
}
