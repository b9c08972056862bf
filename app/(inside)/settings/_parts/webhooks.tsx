"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { api, isApiProblem, wordsOf } from "#components/api/client.ts";
import type { Webhook } from "#components/api/settings-shapes.ts";
import type { List } from "#components/api/shapes.ts";
import { useAddress } from "#components/ui/address.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Empty, Waiting } from "#components/ui/page.tsx";
import { ShownOnce } from "#components/ui/shown-once.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import { EventChoice, eventsIn } from "./event-choice.tsx";
import { WebhookRow } from "./webhook-row.tsx";

/** Where news of incidents is sent. */
export function Webhooks() {
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const { query, go } = useAddress();
  const [secret, setSecret] = useState<{ readonly name: string; readonly text: string } | null>(null);
  const list = useQuery({
    queryKey: KEYS.webhooks(),
    queryFn: ({ signal }) => api<List<Webhook>>("/webhooks?limit=1000", { signal }),
  });
  const fresh = () => client.invalidateQueries({ queryKey: KEYS.webhooks() });
  const put = useMutation({
    mutationFn: ({
      name,
      ...body
    }: {
      readonly name: string;
      readonly url: string;
      readonly events: readonly string[] | null;
    }) => api<Webhook>(`/webhooks/${encodeURIComponent(name)}`, { method: "PUT", body }),
    onSuccess: (made) => {
      if (typeof made.secret === "string") setSecret({ name: made.name, text: made.secret });
      else toast.success(`Saved: ${made.name}`);
      form.current?.reset();
      return fresh();
    },
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    put.mutate({ name: text("name"), url: text("url"), events: eventsIn(given) });
  }
  const errorOf = (path: string): string | undefined =>
    put.isError && isApiProblem(put.error) ? put.error.errors.find((one) => one.path === path)?.message : undefined;
  const placed = errorOf("name") ?? errorOf("url") ?? errorOf("events");
  return (
    <div className="grid max-w-[860px] gap-4">
      <form
        ref={form}
        onSubmit={submit}
        className="grid grid-cols-[200px_1fr_auto] items-end gap-3 rounded-[8px] border border-line bg-surface p-4 max-sm:grid-cols-1"
      >
        <Field label="Name" name="name" required maxLength={100} placeholder="data-oncall" error={errorOf("name")} />
        <Field label="Address" name="url" type="url" required placeholder="https://" error={errorOf("url")} />
        <Button type="submit" look="primary" className="h-8" busy={put.isPending}>
          Save
        </Button>
        <EventChoice error={errorOf("events")} />
      </form>
      {put.isError && placed === undefined ? <Notice look="bad">{wordsOf(put.error)}</Notice> : null}
      {list.isError ? <Notice look="bad">{wordsOf(list.error)}</Notice> : null}
      {list.isPending ? <Waiting rows={2} /> : null}
      {list.data?.items.length === 0 ? (
        <Empty title="Nobody is told yet">
          <p>
            Rollcall sends a signed POST when an incident opens, changes and is resolved. Give it an address that takes
            one, then send a test.
          </p>
        </Empty>
      ) : null}
      {list.data && list.data.items.length > 0 ? (
        <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface">
          {list.data.items.map((webhook) => (
            <WebhookRow
              key={webhook.name}
              webhook={webhook}
              open={query.get("sent") === webhook.name}
              onOpen={(open) => go({ sent: open ? webhook.name : null })}
            />
          ))}
        </ul>
      ) : null}
      {secret ? (
        <ShownOnce
          title={`Secret of ${secret.name}`}
          lead="Whoever receives the webhook checks its signature with this. It is shown this once."
          label="Signing secret"
          text={secret.text}
          onClose={() => setSecret(null)}
        />
      ) : null}
    </div>
  );
}
