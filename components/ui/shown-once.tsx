"use client";

import { Button } from "./button.tsx";
import { CopyLine } from "./copy.tsx";
import { Dialog } from "./dialog.tsx";

/** A text that nobody will see again. */
export function ShownOnce({
  title,
  lead,
  label,
  text,
  onClose,
}: {
  readonly title: string;
  readonly lead: string;
  readonly label: string;
  readonly text: string;
  readonly onClose: () => void;
}) {
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} title={title} lead={lead}>
      <div className="grid gap-4">
        <CopyLine label={label} text={text} />
        <div className="flex justify-end">
          <Button look="primary" onClick={onClose}>
            I have it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
