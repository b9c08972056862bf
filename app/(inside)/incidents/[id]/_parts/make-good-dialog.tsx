"use client";

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { MatrixState, useMatrixState } from "#components/accelerations/matrix-state.tsx";
import { api, wordsOf } from "#components/api/client.ts";
import type { IncidentInFull, Schedule } from "#components/api/shapes.ts";
import { Button } from "#components/ui/button.tsx";
import { Choice } from "#components/ui/choice.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import { type Made, MadeList, MadeProgress } from "./made-list.tsx";

type Mode = "once" | "each" | "excuse";

const MODES: readonly { readonly value: Mode; readonly label: string }[] = [
  { value: "once", label: "Run once" },
  { value: "each", label: "Run each" },
  { value: "excuse", label: "Excuse" },
];

const LEADS: Readonly<Record<Mode, string>> = {
  once: "One run now, for all that was missed: for a job that catches up by itself.",
  each: "One run for each window, which it names, the oldest first and never in a burst.",
  excuse: "These windows count as neither good nor bad from then on. This cannot be taken back.",
};

const MOST = 1_000;
const whole = (text: string, most: number): number | null => {
  const value = /^[1-9]\d{0,4}$/.test(text.trim()) ? Number(text.trim()) : null;
  return value === null || value > most ? null : value;
};
const windows = (count: number): string => (count === 1 ? "1 window" : `${count} windows`);

function actWords(mode: Mode, count: number): string {
  switch (mode) {
    case "once":
      return "Run it once";
    case "each":
      return count === 0 ? "Run each" : `Run ${windows(count)}`;
    case "excuse":
      return count === 0 ? "Excuse them" : `Excuse ${windows(count)}`;
  }
}

/** Makes good what an incident lists: by running it, or by excusing it. What would happen is shown before it does. */
export function MakeGoodDialog({
  incident,
  onClose,
}: {
  readonly incident: IncidentInFull;
  readonly onClose: () => void;
}) {
  const { mayAdminister } = useMe();
  const client = useQueryClient();
  const slug = incident.schedule ?? "";
  const schedule = useQuery({
    queryKey: KEYS.schedule(slug),
    queryFn: ({ signal }) => api<Schedule>(`/schedules/${slug}`, { signal }),
  }).data;
  const nobody = schedule?.cannotFire ?? null;
  const [chosen, setChosen] = useState<Mode | null>(null);
  const mode: Mode = chosen ?? (schedule && nobody === null ? "each" : "excuse");
  const cannot = mode === "excuse" ? null : nobody;
  const [most, setMost] = useState("100");
  const [pace, setPace] = useState(String(incident.makingGood?.perMinute ?? 6));
  const [reason, setReason] = useState("");
  const [override, setOverride] = useState("");
  const [tried, setTried] = useState(false);
  const [max, perMinute] = [whole(most, MOST), whole(pace, 600)];
  const route = mode === "excuse" ? null : (schedule?.route ?? null);
  const matrix = useMatrixState(route);
  const overriding = matrix.state === "not_green" && mayAdminister;
  const blocked = matrix.state === "asking" || (matrix.state === "not_green" && override.trim() === "");
  const ask = (dryRun: boolean) =>
    api<Made>(`/incidents/${incident.id}/make-good`, {
      method: "POST",
      body: {
        ...{ mode, max: max ?? undefined, perMinute: perMinute ?? undefined, dryRun },
        ...(mode === "excuse" && reason.trim() !== "" ? { reason: reason.trim() } : {}),
        ...(overriding && override.trim() !== "" ? { overrideReason: override.trim() } : {}),
      },
    });
  const plan = useQuery({
    queryKey: ["make-good", incident.id, mode, max, perMinute, matrix.state],
    queryFn: () => ask(true),
    // What would be refused anyway is not asked.
    enabled: schedule !== undefined && max !== null && perMinute !== null && !blocked && cannot === null,
    placeholderData: keepPreviousData,
    staleTime: 0,
    retry: false,
  });
  const acted = plan.data?.items.filter(({ will }) => will !== "skip") ?? [];
  const make = useMutation({
    mutationFn: () => ask(false),
    onSuccess: async (done) => {
      const count = done.items.filter(({ will }) => will !== "skip").length;
      if (mode === "excuse") {
        toast.success(count === 1 ? "1 window is excused" : `${windows(count)} are excused`);
        onClose();
      }
      await client.invalidateQueries({ queryKey: KEYS.incident(incident.id) });
      await client.invalidateQueries({ queryKey: KEYS.incidents() });
    },
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setTried(true);
    if (mode === "excuse" && reason.trim() === "") return;
    if (acted.length > 0 && !plan.isError && max !== null && perMinute !== null) make.mutate();
  }
  if (make.isSuccess && mode !== "excuse") {
    return (
      <Dialog
        open
        onOpenChange={(open) => (open ? undefined : onClose())}
        title="It is being made good"
        lead="It goes on without this dialog, and through a restart: no window is fired twice."
      >
        <MadeProgress incident={incident} made={make.data} once={mode === "once"} perMinute={perMinute ?? 1} />
        <div className="mt-4 flex justify-end">
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title="Make good what was missed"
      lead={LEADS[mode]}
    >
      <form onSubmit={submit} noValidate className="grid gap-4">
        <div>
          <Choice label="How" options={MODES} chosen={mode} onChoose={setChosen} />
        </div>
        <MatrixState route={route} matrix={matrix} />
        {overriding ? (
          <Field
            label="Why it is run all the same"
            maxLength={500}
            autoComplete="off"
            value={override}
            hint="You are an admin: this stands beside it for good."
            onChange={(event) => setOverride(event.target.value)}
          />
        ) : null}
        {mode === "each" ? (
          <div className="grid grid-cols-2 gap-3">
            <Field
              label="So many a minute"
              inputMode="numeric"
              value={pace}
              error={perMinute === null ? "Write a number from 1 to 600." : undefined}
              onChange={(event) => setPace(event.target.value)}
            />
            <Field
              label="At most"
              inputMode="numeric"
              value={most}
              error={max === null ? `Write a number from 1 to ${MOST}.` : undefined}
              onChange={(event) => setMost(event.target.value)}
            />
          </div>
        ) : null}
        {cannot === null ? null : <Notice>{cannot} Start it there, or excuse what was missed.</Notice>}
        {plan.isError ? <Notice look="bad">{wordsOf(plan.error)}</Notice> : null}
        {plan.isError || blocked || cannot !== null ? null : <MadeList made={plan.data ?? null} />}
        {mode === "excuse" ? (
          <Field
            label="Why"
            maxLength={500}
            autoComplete="off"
            value={reason}
            error={tried && reason.trim() === "" ? "Say why they need not be run." : undefined}
            onChange={(event) => setReason(event.target.value)}
          />
        ) : null}
        {make.isError ? <Notice look="bad">{wordsOf(make.error)}</Notice> : null}
        <div className="flex justify-end gap-2 max-sm:*:flex-1">
          <Button look="quiet" onClick={onClose}>
            Leave them
          </Button>
          <Button
            type="submit"
            look="primary"
            busy={make.isPending}
            disabled={acted.length === 0 || plan.isError || blocked || cannot !== null}
          >
            {actWords(mode, acted.length)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
