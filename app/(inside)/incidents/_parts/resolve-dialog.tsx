"use client";

import { type FormEvent, useState } from "react";
import { useActOnIncident } from "#components/api/act-on-incident.ts";
import type { Incident } from "#components/api/shapes.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { TextArea } from "#components/ui/inputs.tsx";

/** Most incidents resolve by themselves: whoever does it by hand says why. */
export function ResolveDialog({ incident, onClose }: { readonly incident: Incident; readonly onClose: () => void }) {
  const act = useActOnIncident();
  const [error, setError] = useState<string>();
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const note = String(new FormData(event.currentTarget).get("note") ?? "").trim();
    if (note === "") return setError("Say in a few words why it is over.");
    act.mutate({ id: incident.id, act: { kind: "resolve", note } });
    onClose();
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Resolve incident ${incident.number}`}
      lead="After this only windows that turn bad later open another one."
    >
      <form onSubmit={submit} className="grid gap-4">
        <TextArea label="Note" name="note" required maxLength={5_000} autoFocus error={error} />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Leave it open
          </Button>
          <Button type="submit" look="primary">
            Resolve
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
