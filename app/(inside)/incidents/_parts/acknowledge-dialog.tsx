"use client";

import type { FormEvent } from "react";
import { useActOnIncident } from "#components/api/act-on-incident.ts";
import type { Incident } from "#components/api/shapes.ts";
import { serverNow } from "#components/time/server-clock.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Select, TextArea } from "#components/ui/inputs.tsx";

const FIXED_IN = [
  { value: "", label: "Not known yet" },
  { value: "1800", label: "in 30 minutes" },
  { value: "3600", label: "in 1 hour" },
  { value: "7200", label: "in 2 hours" },
  { value: "14400", label: "in 4 hours" },
  { value: "43200", label: "in 12 hours" },
  { value: "86400", label: "in a day" },
];

/** Takes the incident: reminders and escalation stop. */
export function AcknowledgeDialog({
  incident,
  onClose,
}: {
  readonly incident: Incident;
  readonly onClose: () => void;
}) {
  const act = useActOnIncident();
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const note = String(form.get("note") ?? "").trim();
    const seconds = Number(form.get("fix") ?? 0);
    const expectedFixAt = seconds > 0 ? new Date(serverNow() + seconds * 1_000).toISOString() : undefined;
    act.mutate({
      id: incident.id,
      act: {
        kind: "acknowledge",
        ...(note === "" ? {} : { note }),
        ...(expectedFixAt === undefined ? {} : { expectedFixAt }),
      },
    });
    onClose();
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Acknowledge incident ${incident.number}`}
      lead="Everybody sees that you have it, and reminders stop."
    >
      <form onSubmit={submit} className="grid gap-4">
        <TextArea label="Note, if there is something to say" name="note" maxLength={5_000} rows={2} />
        <Select label="Expected to be fixed" name="fix" options={FIXED_IN} />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Not yet
          </Button>
          <Button type="submit" look="primary" autoFocus>
            Acknowledge
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
