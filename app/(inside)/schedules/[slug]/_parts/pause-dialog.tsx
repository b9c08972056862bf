"use client";

import { type FormEvent, useState } from "react";
import { momentOf, wallText } from "#components/forms/wall-clock.ts";
import { serverNow } from "#components/time/server-clock.ts";
import { useZone } from "#components/time/zone.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";

/** Until when nothing is to be expected, to the minute. */
export function PauseDialog({
  name,
  onPause,
  onClose,
}: {
  readonly name: string;
  readonly onPause: (until: string, resumeOnCheckIn: boolean) => void;
  readonly onClose: () => void;
}) {
  const { zone } = useZone();
  const [wall, setWall] = useState(() => wallText(new Date(serverNow() + 3_600_000).toISOString(), zone));
  const [onCheckIn, setOnCheckIn] = useState(false);
  const [wrong, setWrong] = useState<string | undefined>();
  function submit(event: FormEvent) {
    event.preventDefault();
    const until = momentOf(wall, zone);
    if (until === null || Date.parse(until) <= serverNow()) setWrong("Give a time that is still to come.");
    else onPause(until, onCheckIn);
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Pause ${name}`}
      lead="What would be expected until then is excused."
    >
      <form onSubmit={submit} className="grid gap-4">
        <Field
          label={`Until, on the clock of ${zone}`}
          type="datetime-local"
          value={wall}
          autoFocus
          error={wrong}
          onChange={(event) => setWall(event.target.value)}
        />
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={onCheckIn}
            onChange={(event) => setOnCheckIn(event.target.checked)}
            className="accent-(--accent)"
          />
          or until its next check-in, if that comes first
        </label>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" look="primary">
            Pause
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
