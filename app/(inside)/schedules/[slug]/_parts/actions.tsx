"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { AccelerateButton } from "#components/accelerations/accelerate-button.tsx";
import { api, wordsOf } from "#components/api/client.ts";
import type { Schedule } from "#components/api/shapes.ts";
import { useUndo } from "#components/api/use-undo.ts";
import { RunNowButton } from "#components/schedules/run-now.tsx";
import { serverNow } from "#components/time/server-clock.ts";
import { AskByName } from "#components/ui/ask-by-name.tsx";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Menu, MenuItem, MenuLabel, MenuLine } from "#components/ui/menu.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import { PAUSES } from "../../_parts/pauses.ts";
import { PauseDialog } from "./pause-dialog.tsx";
import { RotateDialog } from "./rotate-dialog.tsx";

type Doing =
  | { readonly kind: "pause"; readonly until: string | null; readonly resumeOnCheckIn: boolean }
  | { readonly kind: "resume" }
  | { readonly kind: "rotate"; readonly graceSeconds: number }
  | { readonly kind: "archive" };

const DONE = { pause: "Paused", resume: "Goes on", rotate: "It has a new address", archive: "Archived" } as const;

/** What goes back to the schedule as it was; `null` for what is asked about before instead. */
function undoOf({ paused }: Schedule, did: Doing, now: number): Doing | null {
  if (did.kind === "archive" || did.kind === "rotate") return null;
  if (paused === null || (paused.until !== null && Date.parse(paused.until) <= now))
    return did.kind === "pause" ? { kind: "resume" } : null;
  return { kind: "pause", until: paused.until, resumeOnCheckIn: paused.resumeOnCheckIn };
}

export function Actions({ schedule }: { readonly schedule: Schedule }) {
  const { mayOperate, mayAdminister } = useMe();
  const client = useQueryClient();
  const offerUndo = useUndo();
  const [asking, setAsking] = useState<"archive" | "rotate" | "pause" | null>(null);
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
      {archived || schedule.cannotFire !== null ? null : <RunNowButton slug={slug} name={schedule.name} />}
      {archived || schedule.acceleration ? null : <AccelerateButton slug={slug} />}
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
          <MenuItem onSelect={() => setAsking("pause")}>until a time…</MenuItem>
          <MenuItem onSelect={() => pause(null, true)}>until its next check-in</MenuItem>
          <MenuItem onSelect={() => pause(null)}>until it is resumed</MenuItem>
        </Menu>
      ) : null}
      {(mayAdminister || (mayOperate && typeof schedule.cannotFire === "string")) && !archived ? (
        <Menu trigger={<Button look="quiet">More</Button>}>
          {typeof schedule.cannotFire === "string" ? <MenuItem disabled>Run now: nobody here can</MenuItem> : null}
          {mayAdminister ? (
            <>
              <MenuItem onSelect={() => setAsking("rotate")}>New address…</MenuItem>
              <MenuItem onSelect={() => setAsking("archive")}>Archive…</MenuItem>
            </>
          ) : null}
        </Menu>
      ) : null}
      {mayAdminister ? (
        <Link
          href={`/schedules/${slug}/edit`}
          className="inline-flex h-[30px] items-center rounded-m border border-line-strong bg-surface px-3 font-medium hover:bg-hover max-sm:h-11"
        >
          {archived ? "Bring it back" : "Edit"}
        </Link>
      ) : null}
      {asking === "archive" ? (
        <AskByName
          title={`Archive ${schedule.name}?`}
          lead="Nothing is expected of it from then on, its open incident is resolved, and its check-ins are discarded. Saving it again brings it back, with its history."
          name={slug}
          verb="Archive"
          onClose={() => setAsking(null)}
          onConfirm={() => {
            setAsking(null);
            doing.mutate({ kind: "archive" });
          }}
        />
      ) : null}
      {asking === "rotate" ? (
        <RotateDialog
          schedule={schedule}
          onClose={() => setAsking(null)}
          onRotate={(graceSeconds) => {
            setAsking(null);
            doing.mutate({ kind: "rotate", graceSeconds });
          }}
        />
      ) : null}
      {asking === "pause" ? (
        <PauseDialog
          name={schedule.name}
          onClose={() => setAsking(null)}
          onPause={(until, resumeOnCheckIn) => {
            setAsking(null);
            doing.mutate({ kind: "pause", until, resumeOnCheckIn });
          }}
        />
      ) : null}
    </>
  );
}
