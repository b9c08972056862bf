"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { toast } from "sonner";
import { api, wordsOf } from "#components/api/client.ts";
import type { Discarded, List, Schedule } from "#components/api/shapes.ts";
import { Button } from "#components/ui/button.tsx";
import { Choice } from "#components/ui/choice.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Select } from "#components/ui/inputs.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { KEYS } from "#lib/views/keys.ts";

/** Gives check-ins by an unknown name a schedule to go to. */
export function RepairDialog({ one, onClose }: { readonly one: Discarded; readonly onClose: () => void }) {
  const client = useQueryClient();
  const [as, setAs] = useState<"new" | "alias">("new");
  const schedules = useQuery({
    queryKey: KEYS.schedules("to choose from"),
    queryFn: ({ signal }) => api<List<Schedule>>("/schedules?limit=1000", { signal }),
    enabled: as === "alias",
  });
  const repair = useMutation({
    mutationFn: (body: { readonly as: "new" | "alias"; readonly slug: string }) =>
      api<Discarded>(`/discarded/${one.id}/repair`, { method: "POST", body }),
    onSuccess: async () => {
      toast.success(
        as === "new" ? `“${one.slug}” is a schedule now: complete it` : `“${one.slug}” goes to its schedule now`,
      );
      await client.invalidateQueries({ queryKey: KEYS.discarded() });
      await client.invalidateQueries({ queryKey: KEYS.schedules() });
      onClose();
    },
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const slug = as === "new" ? one.slug : String(new FormData(event.currentTarget).get("slug") ?? "");
    if (slug) repair.mutate({ as, slug });
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Check-ins for “${one.slug}”`}
      lead="They came to nothing, since no schedule has this name."
    >
      <form onSubmit={submit} className="grid gap-4">
        <Choice
          label="How"
          chosen={as}
          onChoose={setAs}
          options={[
            { value: "new", label: "Make a schedule of this name" },
            { value: "alias", label: "They mean another" },
          ]}
        />
        {as === "alias" ? (
          <Select
            label="Schedule"
            name="slug"
            options={(schedules.data?.items ?? []).map(({ slug, name }) => ({ value: slug, label: name }))}
          />
        ) : (
          <p className="text-ink-2">It expects a run a day until somebody says better.</p>
        )}
        {repair.isError ? <Notice look="bad">{wordsOf(repair.error)}</Notice> : null}
        <div className="flex justify-end gap-2">
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
