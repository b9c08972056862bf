"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { api, isApiProblem, wordsOf } from "#components/api/client.ts";
import type { Webhook } from "#components/api/settings-shapes.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import { EventChoice, eventsIn } from "./event-choice.tsx";

/** Another address, or other events; its secret stays. */
export function WebhookEdit({ webhook, onClose }: { readonly webhook: Webhook; readonly onClose: () => void }) {
  const client = useQueryClient();
  const put = useMutation({
    mutationFn: (body: { readonly url: string; readonly events: readonly string[] | null }) =>
      api<Webhook>(`/webhooks/${webhook.name}`, { method: "PUT", body, ifMatch: webhook.version }),
    onSuccess: () => {
      toast.success(`Saved: ${webhook.name}`);
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.webhooks() }),
  });
  const errorOf = (path: string): string | undefined =>
    isApiProblem(put.error) ? put.error.errors.find((one) => one.path.split(".")[0] === path)?.message : undefined;
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    put.mutate({ url: String(given.get("url") ?? "").trim(), events: eventsIn(given) });
  }
  const placed = errorOf("url") ?? errorOf("events");
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Edit ${webhook.name}`}
      lead="Its signing secret stays. What waits to be sent goes to the new address."
    >
      <form onSubmit={submit} className="grid gap-4">
        <Field label="Address" name="url" type="url" required defaultValue={webhook.url} error={errorOf("url")} />
        <EventChoice chosen={webhook.events} error={errorOf("events")} open />
        {put.isError && placed === undefined ? <Notice look="bad">{wordsOf(put.error)}</Notice> : null}
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" look="primary" busy={put.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
