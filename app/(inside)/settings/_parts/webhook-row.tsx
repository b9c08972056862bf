"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, wordsOf } from "#components/api/client.ts";
import type { Webhook } from "#components/api/settings-shapes.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import { Sure } from "./sure.tsx";
import { WebhookDeliveries } from "./webhook-deliveries.tsx";
import { WebhookEdit } from "./webhook-edit.tsx";

/** One webhook: what it is told, what is done with it, and what was sent. */
export function WebhookRow({
  webhook,
  open,
  onOpen,
}: {
  readonly webhook: Webhook;
  /** Whether what was sent is shown. */
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}) {
  const { name, url, events, createdAt, version } = webhook;
  const client = useQueryClient();
  const [asking, setAsking] = useState<"edit" | "delete" | null>(null);
  const test = useMutation({
    mutationFn: () => api<{ readonly id: string }>(`/webhooks/${name}/test`, { method: "POST", body: {} }),
    onSuccess: () => {
      onOpen(true);
      return client.invalidateQueries({ queryKey: [...KEYS.webhooks(), name, "deliveries"] });
    },
    onError: (thrown) => toast.error(wordsOf(thrown)),
  });
  const remove = useMutation({
    // What was sent to it is not asked for any more.
    onMutate: () => onOpen(false),
    mutationFn: () => api<null>(`/webhooks/${name}`, { method: "DELETE", ifMatch: version }),
    onSuccess: () => toast.success(`Deleted: ${name}`),
    onError: (thrown) => toast.error(wordsOf(thrown)),
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.webhooks() }),
  });
  return (
    <li className="grid gap-2 px-[14px] py-[11px]">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <div className="min-w-[220px] flex-1">
          <p className="flex flex-wrap items-baseline gap-x-3">
            <b className="font-[570]">{name}</b>
            <code className="font-mono text-s [overflow-wrap:anywhere] text-ink-2">{url}</code>
          </p>
          <p className="text-ink-3">
            {events === null ? "Every event" : events.join(", ")}, since <RelativeTime at={createdAt} />
          </p>
        </div>
        <div className="flex gap-1.5 max-sm:grid max-sm:w-full max-sm:grid-cols-2">
          <Button busy={test.isPending} onClick={() => test.mutate()} aria-label={`Send a test to ${name}`}>
            Send a test
          </Button>
          <Button
            look="quiet"
            aria-expanded={open}
            onClick={() => onOpen(!open)}
            aria-label={`What was sent to ${name}`}
          >
            {open ? "Hide what was sent" : "What was sent"}
          </Button>
          <Button look="quiet" onClick={() => setAsking("edit")} aria-label={`Edit ${name}`}>
            Edit
          </Button>
          <Button look="quiet" onClick={() => setAsking("delete")} aria-label={`Delete ${name}`}>
            Delete
          </Button>
        </div>
      </div>
      {open ? <WebhookDeliveries name={name} /> : null}
      {asking === "edit" ? <WebhookEdit webhook={webhook} onClose={() => setAsking(null)} /> : null}
      {asking === "delete" ? (
        <Sure
          title={`Delete ${name}?`}
          lead="Nothing more is sent there, and what waits to be sent is dropped."
          act="Delete"
          onAct={() => remove.mutate()}
          onClose={() => setAsking(null)}
        />
      ) : null}
    </li>
  );
}
