"use client";

import { useRouter } from "next/navigation";
import { useActOnDemo } from "#components/api/demo.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { toast } from "#components/ui/toast.ts";

/** Asks whether the demo is to go. */
export function RemoveDemo({ onClose }: { readonly onClose: () => void }) {
  const router = useRouter();
  const act = useActOnDemo({
    onDone: () => {
      onClose();
      toast.success("The demo was removed");
      router.refresh();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(next) => (next ? undefined : onClose())}
      title="Remove the demo?"
      lead="Its schedules are archived, and the route demo-cron is deleted with its key. What they recorded stays under their names; starting the demo again brings them back."
    >
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          Keep it
        </Button>
        <Button look="primary" busy={act.isPending} onClick={() => act.mutate({ kind: "remove" })}>
          Remove the demo
        </Button>
      </div>
    </Dialog>
  );
}
