"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { api, isApiProblem, wordsOf } from "#components/api/client.ts";
import type { Retention } from "#components/api/settings-shapes.ts";
import { countInWords, sizeInWords } from "#components/ui/amount.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { toast } from "#components/ui/toast.ts";
import { BOUNDS, KINDS, type Kind } from "#lib/retention/retention.ts";
import { KEYS } from "#lib/views/keys.ts";
import { Sure } from "./sure.tsx";

const DAY = 86_400;
type Typed = Record<Kind, string>;

const WORDS: Readonly<Record<Kind, { readonly name: string; readonly what: string; readonly dropped: string }>> = {
  runs: {
    name: "Runs and check-ins",
    what: "What jobs reported. Windows older than this are known by their counts alone.",
    dropped: "runs and check-ins",
  },
  logs: {
    name: "Logs",
    what: "The bodies of check-ins. They take the most room, and can go before their runs.",
    dropped: "logs, whose runs stay",
  },
  decisions: {
    name: "Decisions",
    what: "What gates admitted and rejected. They say why a run is missing, so they stay as long as runs at least.",
    dropped: "decisions",
  },
  attempts: {
    name: "Attempts",
    what: "What schedulers fired. They too stay as long as runs at least.",
    dropped: "attempts",
  },
  rollups: {
    name: "Counts by hour and day",
    what: "What the timeline shows of long ranges. They are small.",
    dropped: "counted hours and days",
  },
  audit: {
    name: "Audit log",
    what: "Who changed what. Empty: for ever; else a year at least.",
    dropped: "entries of the audit log",
  },
  messages: {
    name: "Sent messages",
    what: "What webhooks were sent, and how that went. What still waits to be sent stays.",
    dropped: "sent messages",
  },
};

const typedOf = (shown: Retention): Typed => {
  const text = (seconds: number | null) => (seconds === null ? "" : String(seconds / DAY));
  return {
    runs: text(shown.runsSeconds),
    logs: text(shown.logsSeconds),
    decisions: text(shown.decisionsSeconds),
    attempts: text(shown.attemptsSeconds),
    rollups: text(shown.rollupsSeconds),
    audit: text(shown.auditSeconds),
    messages: text(shown.messagesSeconds),
  };
};

const seconds = (text: string): number | null => (text.trim() === "" ? null : Number(text) * DAY);
const bodyOf = (typed: Typed) => Object.fromEntries(KINDS.map((kind) => [`${kind}Seconds`, seconds(typed[kind])]));

function checked(kind: Kind): (text: string) => true | string {
  const { least, most } = BOUNDS[kind];
  return (text) => {
    if (text.trim() === "") return kind === "audit" || "Write a number of days.";
    const days = Number(text);
    return (Number.isInteger(days) && days >= least && days <= most) || `Write ${least} to ${countInWords(most)} days.`;
  };
}

interface Drop {
  readonly kind: Kind;
  readonly rows: number;
}

/** More are not counted. */
const COUNTED_AT_MOST = 1_000_000;
const dropInWords = ({ kind, rows }: Drop): string =>
  `${rows >= COUNTED_AT_MOST ? "more than " : ""}${countInWords(rows)} ${WORDS[kind].dropped}`;

/** How long things are kept: what there is now beside each, and a question before a change that drops some. */
export function RetentionForm({ initial, mayChange }: { readonly initial: Retention; readonly mayChange: boolean }) {
  const client = useQueryClient();
  const [asking, setAsking] = useState<{ readonly typed: Typed; readonly drops: readonly Drop[] } | null>(null);
  const shown = useQuery({
    queryKey: KEYS.settings("retention"),
    queryFn: ({ signal }) => api<Retention>("/settings/retention", { signal }),
    initialData: initial,
  });
  const { register, handleSubmit, reset, formState } = useForm<Typed>({ values: typedOf(shown.data) });
  const put = useMutation({
    mutationFn: (typed: Typed) =>
      api<Retention>("/settings/retention", { method: "PUT", body: bodyOf(typed), ifMatch: shown.data.version }),
    onSuccess: (after) => {
      client.setQueryData(KEYS.settings("retention"), after);
      toast.success("Saved: the hourly clean-up goes by it from now on");
    },
  });
  const ask = useMutation({
    mutationFn: (typed: Typed) =>
      api<{ readonly drops: readonly Drop[] }>("/settings/retention/preview", { method: "POST", body: bodyOf(typed) }),
    onSuccess: ({ drops }, typed) => (drops.length === 0 ? put.mutate(typed) : setAsking({ typed, drops })),
  });
  const refused = ask.error ?? put.error;
  const saidOf = (kind: Kind): string | undefined =>
    formState.errors[kind]?.message ??
    (isApiProblem(refused) ? refused.errors.find(({ path }) => path === `${kind}Seconds`)?.message : undefined);
  const placed = KINDS.some((kind) => saidOf(kind) !== undefined);
  const submit = handleSubmit((typed) => {
    put.reset();
    ask.mutate(typed);
  });
  return (
    <form onSubmit={submit} noValidate className="grid max-w-[860px] gap-4">
      <p className="text-ink-2">
        Once an hour Rollcall forgets what is older than this.{" "}
        {shown.data.byEnvironment
          ? "Nobody has changed it here yet: it follows ROLLCALL_RETENTION_DAYS."
          : "What is set here goes before ROLLCALL_RETENTION_DAYS."}
      </p>
      <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface">
        {KINDS.map((kind) => {
          const { name, what } = WORDS[kind];
          const error = saidOf(kind);
          const held = kind === "logs" ? null : shown.data.held[kind];
          return (
            <li key={kind} className="grid grid-cols-[1fr_auto] items-start gap-x-4 gap-y-1 px-[14px] py-[11px]">
              <div className="min-w-0">
                <label htmlFor={`keep-${kind}`} className="font-[570]">
                  {name}
                </label>
                <p className="text-ink-2">{what}</p>
                <p className="text-ink-3">
                  {held === null
                    ? "They lie in the rows of check-ins."
                    : `Now ${countInWords(held.rows)} ${held.rows === 1 ? "row" : "rows"}, ${sizeInWords(held.bytes)} with indexes.`}
                </p>
                {error === undefined ? null : (
                  <p id={`keep-${kind}-error`} role="alert" className="text-bad first-letter:uppercase">
                    {error}
                  </p>
                )}
              </div>
              <div className="flex items-center gap-2">
                <input
                  id={`keep-${kind}`}
                  type="text"
                  inputMode="numeric"
                  autoComplete="off"
                  readOnly={!mayChange}
                  placeholder={kind === "audit" ? "for ever" : undefined}
                  aria-invalid={error !== undefined}
                  aria-describedby={error === undefined ? undefined : `keep-${kind}-error`}
                  className="h-8 w-[84px] rounded-m border border-line-strong bg-surface px-[10px] text-right text-ink tabular-nums read-only:bg-sunken read-only:text-ink-2 aria-invalid:border-bad max-sm:h-10 max-sm:text-[16px]"
                  {...register(kind, { validate: checked(kind) })}
                />
                <span className="text-ink-2">days</span>
              </div>
            </li>
          );
        })}
      </ul>
      <p className="text-ink-2">
        Kept for ever: schedules and all their versions, incidents with their windows and events, the ledger of blind
        spans, change markers, maintenance, people, keys and routes.
      </p>
      {refused && !placed ? <Notice look="bad">{wordsOf(refused)}</Notice> : null}
      {mayChange ? (
        <div className="flex gap-2">
          <Button type="submit" look="primary" busy={ask.isPending || put.isPending} disabled={!formState.isDirty}>
            Save
          </Button>
          {formState.isDirty ? (
            <Button look="quiet" onClick={() => reset()}>
              As it was
            </Button>
          ) : null}
        </div>
      ) : null}
      {asking ? (
        <Sure
          title="Keep less, and drop what is older?"
          lead={`At its next run, within the hour, the clean-up drops ${asking.drops.map(dropInWords).join("; ")}. A backup taken before is the only way back.`}
          act="Keep less"
          onAct={() => put.mutate(asking.typed)}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </form>
  );
}
