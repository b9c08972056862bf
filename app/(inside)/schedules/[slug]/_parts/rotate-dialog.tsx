"use client";

import { type FormEvent, useState } from "react";
import type { Schedule } from "#components/api/shapes.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Select } from "#components/ui/inputs.tsx";

const GRACES = [
  { value: "0", label: "not at all: it is known to somebody who should not" },
  { value: "3600", label: "for an hour" },
  { value: "86400", label: "for a day" },
  { value: "604800", label: "for a week" },
  { value: "2592000", label: "for 30 days" },
];

/** Gives its job a new address, and asks first: every place that has the old one has to learn it. */
export function RotateDialog({
  schedule,
  onRotate,
  onClose,
}: {
  readonly schedule: Schedule;
  readonly onRotate: (graceSeconds: number) => void;
  readonly onClose: () => void;
}) {
  const [grace, setGrace] = useState("86400");
  function submit(event: FormEvent) {
    event.preventDefault();
    onRotate(Number(grace));
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`A new address for ${schedule.name}?`}
      lead="Its job has to be told the new one. Check-ins by the old one are discarded once that is no longer taken, and the slug goes on to work with the ping key."
    >
      <form onSubmit={submit} className="grid gap-4">
        {schedule.lastRun === null ? null : (
          <p className="text-ink-2">
            Its last run came <RelativeTime at={schedule.lastRun.startedAt} />.
          </p>
        )}
        <Select
          label="The old address is taken"
          value={grace}
          options={GRACES}
          onChange={(event) => setGrace(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Keep the old one
          </Button>
          <Button type="submit" look="primary">
            Make a new address
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
