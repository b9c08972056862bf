"use client";

import { useState } from "react";
import { wordsOf } from "#components/api/client.ts";
import { type Connection, useConnections, useDrivers } from "#components/api/connections.ts";
import { Button } from "#components/ui/button.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Empty, Waiting } from "#components/ui/page.tsx";
import { ConnectionForm } from "./connection-form.tsx";
import { ConnectionRow } from "./connection-row.tsx";

/** How Rollcall reaches the schedulers that people already have. */
export function Connections() {
  const { mayAdminister } = useMe();
  const [editing, setEditing] = useState<Connection | "new" | null>(null);
  const list = useConnections();
  const drivers = useDrivers();
  const items = list.data?.items;
  const kinds = drivers.data?.items ?? [];
  const add = mayAdminister ? (
    <Button look="primary" disabled={kinds.length === 0} onClick={() => setEditing("new")}>
      <Icon name="plus" /> Add a connection
    </Button>
  ) : null;
  return (
    <div className="grid max-w-[860px] gap-4">
      {list.isError ? <Notice look="bad">{wordsOf(list.error)}</Notice> : null}
      {drivers.isError ? <Notice look="bad">{wordsOf(drivers.error)}</Notice> : null}
      {items && items.length > 0 && editing === null ? <div>{add}</div> : null}
      {editing === null ? null : (
        <ConnectionForm
          key={editing === "new" ? "new" : editing.name}
          before={editing === "new" ? null : editing}
          kinds={kinds}
          taken={items?.map(({ name }) => name) ?? []}
          onClose={() => setEditing(null)}
        />
      )}
      {list.isPending ? <Waiting rows={2} /> : null}
      {items?.length === 0 && editing === null ? (
        <Empty title="No scheduler is connected yet">
          <p>
            A connection lets Rollcall ask a scheduler that you already have, such as pg_cron, BullMQ, a crontab or a
            Kubernetes cluster, what it did: its history becomes evidence, without a change to any job. Where the
            platform lets it, Rollcall also sets the times there, to accelerate a schedule, and fires one by hand.
          </p>
          <p>Then ask it what it has: Rollcall proposes a schedule for each job.</p>
          {mayAdminister ? <div>{add}</div> : <p>An admin makes connections.</p>}
        </Empty>
      ) : null}
      {items && items.length > 0 ? (
        <ul aria-label="Connections" className="divide-y divide-line rounded-[8px] border border-line bg-surface">
          {items.map((connection) => (
            <ConnectionRow
              key={connection.name}
              connection={connection}
              driver={kinds.find(({ kind }) => kind === connection.kind) ?? null}
              onEdit={() => setEditing(connection)}
            />
          ))}
        </ul>
      ) : null}
    </div>
  );
}
