"use client";

import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";

export function LeaveDialog({ onStay, onLeave }: { readonly onStay: () => void; readonly onLeave: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onStay();
      }}
      title="Leave without saving?"
      lead="What you changed here is not stored yet."
    >
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onLeave}>
          Leave without saving
        </Button>
        <Button look="primary" autoFocus onClick={onStay}>
          Stay here
        </Button>
      </div>
    </Dialog>
  );
}
