"use client";

import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";

/** Asks about something by its name before it is done. */
export function Sure({
  title,
  lead,
  act,
  onAct,
  onClose,
}: {
  readonly title: string;
  readonly lead: string;
  /** The word on the button. */
  readonly act: string;
  readonly onAct: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} title={title} lead={lead}>
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          Leave it
        </Button>
        <Button
          look="primary"
          onClick={() => {
            onAct();
            onClose();
          }}
        >
          {act}
        </Button>
      </div>
    </Dialog>
  );
}
