"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, wordsOf } from "#components/api/client.ts";
import type { IncidentInFull } from "#components/api/shapes.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";

interface Made {
  readonly items: readonly {
    readonly expectedAt: string;
    readonly will: "run" | "excuse" | "skip";
    readonly because: string;
  }[];
}

/** Excuses the bad windows of an incident: shown before it is done, since an excuse stays. */
export function MakeGoodDialog({
  incident,
  onClose,
}: {
  readonly incident: IncidentInFull;
  readonly onClose: () => void;
}) {
  const client = useQueryClient();
  const [error, setError] = useState<string>();
  const ask = (dryRun: boolean, reason: string | null) =>
    api<Made>(`/incidents/${incident.id}/make-good`, {
      method: "POST",
      body: { mode: "excuse", dryRun, ...(reason === null ? {} : { reason }) },
    });
  const plan = useQuery({ queryKey: ["make-good", incident.id], queryFn: () => ask(true, null), staleTime: 0 });
  const excused = plan.data?.items.filter(({ will }) => will === "excuse") ?? [];
  const excuse = useMutation({
    mutationFn: (reason: string) => ask(false, reason),
    onSuccess: async (done) => {
      const count = done.items.filter(({ will }) => will === "excuse").length;
      toast.success(count === 1 ? "1 window is excused" : `${count} windows are excused`);
      onClose();
      await client.invalidateQueries({ queryKey: KEYS.incident(incident.id) });
      await client.invalidateQueries({ queryKey: KEYS.incidents() });
    },
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const reason = String(new FormData(event.currentTarget).get("reason") ?? "").trim();
    if (reason === "") return setError("Say why they need not be run.");
    excuse.mutate(reason);
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Excuse what was missed?"
      lead="These windows count as neither good nor bad from then on, and the incident resolves when none is left. This cannot be taken back."
    >
      <form onSubmit={submit} noValidate className="grid gap-4">
        {plan.isError ? <Notice look="bad">{wordsOf(plan.error)}</Notice> : null}
        <ul className="max-h-[30dvh] overflow-auto rounded-m bg-sunken px-3 py-2" aria-busy={plan.isPending}>
          {excused.slice(0, 200).map(({ expectedAt, because }) => (
            <li key={expectedAt} className="flex gap-3 py-0.5">
              <AbsoluteTime at={expectedAt} /> <span className="text-ink-2">{because}</span>
            </li>
          ))}
          {plan.data && excused.length === 0 ? <li>None of its windows is bad by now.</li> : null}
        </ul>
        <Field label="Why" name="reason" maxLength={500} autoComplete="off" error={error} />
        {excuse.isError ? <Notice look="bad">{wordsOf(excuse.error)}</Notice> : null}
        <div className="flex justify-end gap-2 max-sm:*:flex-1">
          <Button look="quiet" onClick={onClose}>
            Leave them
          </Button>
          <Button type="submit" look="primary" busy={excuse.isPending} disabled={excused.length === 0}>
            Excuse {excused.length === 1 ? "1 window" : `${excused.length} windows`}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
