"use client";

import { type FormEvent, useState } from "react";
import { wordsOf } from "#components/api/client.ts";
import type { Discarded } from "#components/api/shapes.ts";
import { Button } from "#components/ui/button.tsx";
import { Choice } from "#components/ui/choice.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Select } from "#components/ui/inputs.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { useRepair } from "./use-repair.ts";

/** Gives check-ins by an unknown name a schedule to go to. */
export function RepairDialog({
  one,
  near,
  schedules,
  onClose,
}: {
  readonly one: Discarded;
  /** The schedule that was most likely meant. */
  readonly near: string | null;
  readonly schedules: readonly { readonly slug: string; readonly name: string }[];
  readonly onClose: () => void;
}) {
  const [as, setAs] = useState<"new" | "alias">(near === null ? "new" : "alias");
  const repair = useRepair(onClose);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const slug = as === "new" ? one.slug : String(new FormData(event.currentTarget).get("slug") ?? "");
    if (slug) repair.mutate({ one, as, slug });
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Check-ins for “${one.slug}”`}
      lead="They came to nothing, since no schedule has this name. What came so far stays listed here; what comes from now on counts."
    >
      <form onSubmit={submit} className="grid gap-4">
        <Choice
          label="How"
          chosen={as}
          onChoose={setAs}
          options={[
            { value: "new", label: "Make a schedule of it" },
            { value: "alias", label: "They mean another" },
          ]}
        />
        {as === "alias" ? (
          <Select
            label="Schedule"
            name="slug"
            defaultValue={near ?? undefined}
            options={schedules.map(({ slug, name }) => ({ value: slug, label: name }))}
          />
        ) : (
          <p className="text-ink-2">It expects a run a day until somebody says better.</p>
        )}
        {repair.isError ? <Notice look="bad">{wordsOf(repair.error)}</Notice> : null}
        <div className="flex justify-end gap-2 max-sm:*:flex-1">
          <Button look="quiet" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" look="primary" busy={repair.isPending}>
            Repair
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
