"use client";

import { useState } from "react";
import type { Schedule } from "#components/api/shapes.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";

/** Asked about by name: it can be brought back, and yet nobody should do it by a slip. */
export function ArchiveDialog({
  schedule,
  onClose,
  onArchive,
}: {
  readonly schedule: Schedule;
  readonly onClose: () => void;
  readonly onArchive: () => void;
}) {
  const [typed, setTyped] = useState("");
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Archive ${schedule.name}?`}
      lead="Nothing is expected of it from then on, its open incident is resolved, and its check-ins are discarded. Saving it again brings it back, with its history."
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === schedule.slug) onArchive();
        }}
      >
        <Field
          label={`Write ${schedule.slug} to be sure`}
          value={typed}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" look="primary" disabled={typed !== schedule.slug}>
            Archive
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
