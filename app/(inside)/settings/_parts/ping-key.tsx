"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, wordsOf } from "#components/api/client.ts";
import type { PingKey } from "#components/api/settings-shapes.ts";
import { AbsoluteTime, RelativeTime } from "#components/marks/relative-time.tsx";
import { Button } from "#components/ui/button.tsx";
import { CopyLine } from "#components/ui/copy.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Select } from "#components/ui/inputs.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";

const GRACES = [
  { value: "0", label: "not at all: somebody has it who should not" },
  { value: "3600", label: "for an hour" },
  { value: "86400", label: "for a day" },
  { value: "604800", label: "for a week" },
  { value: "2592000", label: "for 30 days" },
];

/** The key, what it is for, and how to have another one. */
export function PingKeyCard({
  initial,
  publicUrl,
  mayRotate,
}: {
  readonly initial: PingKey;
  readonly publicUrl: string;
  readonly mayRotate: boolean;
}) {
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [grace, setGrace] = useState("604800");
  const { data } = useQuery({
    queryKey: KEYS.settings("ping-key"),
    queryFn: ({ signal }) => api<PingKey>("/settings/ping-key", { signal }),
    initialData: initial,
  });
  const rotate = useMutation({
    mutationFn: (graceSeconds: number) =>
      api<PingKey>("/settings/ping-key/rotate", { method: "POST", body: { graceSeconds } }),
    onSuccess: (after) => {
      client.setQueryData(KEYS.settings("ping-key"), after);
      setAsking(false);
      toast.success("There is another ping key");
    },
  });
  return (
    <div className="grid max-w-[760px] gap-4">
      <p className="text-ink-2">
        With it a job checks in by the short name of its schedule. It opens nothing else; a schedule's own address, by
        its id, needs no key.
      </p>
      <CopyLine label="Ping key" text={data.key} />
      <CopyLine
        label="A check-in by name"
        text={`curl -fsS -m 10 --retry 5 "${publicUrl}/ping/${data.key}/nightly-backup"`}
      />
      <CopyLine
        label="The same, which makes the schedule where there is none yet"
        text={`curl -fsS -m 10 --retry 5 "${publicUrl}/ping/${data.key}/nightly-backup?create=1"`}
      />
      {data.previousUntil === null ? null : (
        <Notice>
          The key before this one is taken until <AbsoluteTime at={data.previousUntil} /> (
          <RelativeTime at={data.previousUntil} />
          ). After that its check-ins are kept as discarded.
        </Notice>
      )}
      {data.byEnvironment ? (
        <p className="text-ink-2">
          It is set by <code className="font-mono text-s">ROLLCALL_PING_KEY</code>. Change it there, and start Rollcall
          again to have another one: the old one is then refused at once.
        </p>
      ) : mayRotate ? (
        <div>
          <Button onClick={() => setAsking(true)}>Make another key…</Button>
        </div>
      ) : null}
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title="Make another ping key?"
        lead={`Every job that checks in by name has to be told the new one. Schedules' own addresses go on as they are.${data.previousUntil === null ? "" : " The key before the present one ends at once: only one old key is taken."}`}
      >
        <form
          className="grid gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            rotate.mutate(Number(grace));
          }}
        >
          <Select
            label="The present key is taken"
            value={grace}
            options={GRACES}
            onChange={(event) => setGrace(event.target.value)}
            hint={
              grace === "0"
                ? "Check-ins with it are discarded from now on, and their jobs go missing until they have the new one."
                : undefined
            }
          />
          {rotate.isError ? <Notice look="bad">{wordsOf(rotate.error)}</Notice> : null}
          <div className="flex justify-end gap-2">
            <Button look="quiet" onClick={() => setAsking(false)}>
              Keep this one
            </Button>
            <Button type="submit" look="primary" busy={rotate.isPending}>
              Make another key
            </Button>
          </div>
        </form>
      </Dialog>
    </div>
  );
}
