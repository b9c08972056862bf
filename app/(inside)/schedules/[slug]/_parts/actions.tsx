"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { toast } from "sonner";
import { api, wordsOf } from "#components/api/client.ts";
import type { Schedule } from "#components/api/shapes.ts";
import { useUndo } from "#components/api/use-undo.ts";
import { serverNow } from "#components/time/server-clock.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Menu, MenuItem, MenuLabel, MenuLine } from "#components/ui/menu.tsx";
import { KEYS } from "#lib/views/keys.ts";
import { PAUSES } from "../../_parts/pauses.ts";

type Doing =
  | { readonly kind: "pause"; readonly until: string | null; readonly resumeOnCheckIn: boolean }
  | { readonly kind: "resume" }
  | { readonly kind: "archive" };

const DONE = { pause: "Paused", resume: "Goes on", archive: "Archived" } as const;

/** What goes back to the schedule as it was; `null` for archiving, which is asked about by name instead. */
function undoOf({ paused }: Schedule, did: Doing, now: number): Doing | null {
  if (did.kind === "archive") return null;
  if (paused === null || (paused.until !== null && Date.parse(paused.until) <= now))
    return did.kind === "pause" ? { kind: "resume" } : null;
  return { kind: "pause", until: paused.until, resumeOnCheckIn: paused.resumeOnCheckIn };
}

/** Asked about by name: it can be brought back, and yet nobody should do it by a slip. */
function ArchiveDialog({
  schedule,
  onClose,
  onArchive,
}: {
  readonly schedule: Schedule;
  readonly onClose: () => void;
  readonly onArchive: () => void;
}) {
  const [typed, setTyped] = useState("");
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`Archive ${schedule.name}?`}
      lead="Nothing is expected of it from then on, its open incident is resolved, and its check-ins are discarded. Saving it again brings it back, with its history."
    >
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === schedule.slug) onArchive();
        }}
      >
        <Field
          label={`Write ${schedule.slug} to be sure`}
          value={typed}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" look="primary" disabled={typed !== schedule.slug}>
            Archive
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function Actions({ schedule }: { readonly schedule: Schedule }) {
  const { mayOperate, mayAdminister } = useMe();
  const client = useQueryClient();
  const offerUndo = useUndo();
  const [archiving, setArchiving] = useState(false);
  const { slug } = schedule;
  const doing = useMutation({
    mutationFn: (what: Doing) => {
      if (what.kind === "archive") return api<Schedule>(`/schedules/${slug}`, { method: "DELETE" });
      const { kind, ...body } = what;
      return api<Schedule>(`/schedules/${slug}/${kind}`, { method: "POST", body });
    },
    onMutate: () => schedule,
    onSuccess: (stored, what, before) => {
      client.setQueryData(KEYS.schedule(slug), stored);
      const did = `${DONE[what.kind]}: ${schedule.name}`;
      const back = undoOf(before, what, serverNow());
      if (back === null) toast.success(did);
      else {
        const { kind, ...body } = back;
        offerUndo({
          ...{ did, undone: `As before: ${schedule.name}` },
          undo: () => api(`/schedules/${slug}/${kind}`, { method: "POST", body }),
          stale: [KEYS.schedule(slug), KEYS.schedules(), KEYS.windows(slug)],
        });
      }
      return Promise.all([
        client.invalidateQueries({ queryKey: KEYS.schedules() }),
        client.invalidateQueries({ queryKey: KEYS.windows(slug) }),
      ]);
    },
    onError: (thrown) => toast.error(wordsOf(thrown)),
  });
  const pause = (seconds: number | null, resumeOnCheckIn = false) =>
    doing.mutate({
      kind: "pause",
      until: seconds === null ? null : new Date(serverNow() + seconds * 1_000).toISOString(),
      resumeOnCheckIn,
    });
  const archived = schedule.archivedAt !== null;
  return (
    <>
      {mayOperate && !archived && schedule.paused ? (
        <Button busy={doing.isPending} onClick={() => doing.mutate({ kind: "resume" })}>
          Resume
        </Button>
      ) : null}
      {mayOperate && !archived && !schedule.paused ? (
        <Menu trigger={<Button busy={doing.isPending}>Pause</Button>}>
          <MenuLabel>Expect nothing for</MenuLabel>
          {PAUSES.map(([words, seconds]) => (
            <MenuItem key={words} onSelect={() => pause(seconds)}>
              {words}
            </MenuItem>
          ))}
          <MenuLine />
          <MenuItem onSelect={() => pause(null, true)}>until its next check-in</MenuItem>
          <MenuItem onSelect={() => pause(null)}>until it is resumed</MenuItem>
        </Menu>
      ) : null}
      {mayAdminister && !archived ? (
        <Button look="quiet" onClick={() => setArchiving(true)}>
          Archive…
        </Button>
      ) : null}
      {mayAdminister ? (
        <Link
          href={`/schedules/${slug}/edit`}
          className="inline-flex h-[30px] items-center rounded-m border border-line-strong bg-surface px-3 font-medium hover:bg-hover"
        >
          {archived ? "Bring it back" : "Edit"}
        </Link>
      ) : null}
      {archiving ? (
        <ArchiveDialog
          schedule={schedule}
          onClose={() => setArchiving(false)}
          onArchive={() => {
            setArchiving(false);
            doing.mutate({ kind: "archive" });
          }}
        />
      ) : null}
    </>
  );
}
