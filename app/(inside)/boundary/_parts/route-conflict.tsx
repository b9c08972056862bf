"use client";

import type { Route } from "#components/api/boundary.ts";
import { changedFields } from "#components/forms/route-values.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";

/** Somebody else has saved meanwhile: whose route stands. Nothing was stored yet. */
export function RouteConflict({
  before,
  theirs,
  busy,
  onOverwrite,
  onTheirs,
  onClose,
}: {
  readonly before: Route;
  readonly theirs: Route;
  readonly busy: boolean;
  readonly onOverwrite: () => void;
  readonly onTheirs: () => void;
  readonly onClose: () => void;
}) {
  const changed = changedFields(before, theirs);
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Somebody else has saved version ${theirs.version} meanwhile`}
      lead="Nothing of yours is stored yet, and nothing of theirs is lost. Secrets that you left alone stay as they are now."
    >
      {changed.length === 0 ? (
        <p className="text-ink-2">No field of this form is another than when you began.</p>
      ) : (
        <>
          <p className="text-ink-2">They changed:</p>
          <ul className="mt-1 list-disc pl-5">
            {changed.map((label) => (
              <li key={label}>{label}</li>
            ))}
          </ul>
        </>
      )}
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          Back to the form
        </Button>
        <Button onClick={onTheirs}>Drop mine and read theirs</Button>
        <Button look="primary" busy={busy} onClick={onOverwrite}>
          Save mine over theirs
        </Button>
      </div>
    </Dialog>
  );
}
