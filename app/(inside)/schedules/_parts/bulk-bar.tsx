"use client";

import { useState } from "react";
import type { Schedule } from "#components/api/shapes.ts";
import { serverNow } from "#components/time/server-clock.ts";
import { AskByName } from "#components/ui/ask-by-name.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Menu, MenuItem, MenuLabel, MenuLine } from "#components/ui/menu.tsx";
import { PAUSES } from "./pauses.ts";
import { archiving, type Bulk, countOf, pausing, resuming, tagging, untagging } from "./use-bulk.ts";

interface BulkBarProps {
  readonly chosen: readonly Schedule[];
  readonly progress: { readonly done: number; readonly of: number } | null;
  readonly onRun: (bulk: Bulk) => void;
  readonly onClear: () => void;
}

/** Names a tag to add. */
function TagDialog({
  chosen,
  onTag,
  onClose,
}: {
  readonly chosen: readonly Schedule[];
  readonly onTag: (tag: string) => void;
  readonly onClose: () => void;
}) {
  const [tag, setTag] = useState("");
  const given = tag.trim();
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} title={`Tag ${countOf(chosen.length)}`}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (given !== "") onTag(given);
        }}
      >
        <Field
          label="Tag"
          value={tag}
          autoFocus
          maxLength={50}
          autoComplete="off"
          onChange={(event) => setTag(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Leave it
          </Button>
          <Button type="submit" look="primary" disabled={given === ""}>
            Tag
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Asks by name: every name stands there, and how many they are has to be written. */
function ArchiveDialog({
  chosen,
  onArchive,
  onClose,
}: {
  readonly chosen: readonly Schedule[];
  readonly onArchive: () => void;
  readonly onClose: () => void;
}) {
  const [only] = chosen;
  const alone = chosen.length === 1 && only !== undefined;
  return (
    <AskByName
      title={alone ? `Archive ${only.name}?` : `Archive ${countOf(chosen.length)}?`}
      lead="Nothing is expected of them from then on, their open incidents are resolved, and their check-ins are discarded. They can be brought back with their history."
      name={alone ? only.slug : countOf(chosen.length)}
      verb="Archive"
      keep="Keep them"
      onConfirm={onArchive}
      onClose={onClose}
    >
      <ul className="max-h-[160px] overflow-auto rounded-m border border-line bg-sunken px-3 py-2">
        {chosen.map(({ slug, name }) => (
          <li key={slug} className="[overflow-wrap:anywhere]">
            {name}
          </li>
        ))}
      </ul>
    </AskByName>
  );
}

/** What can be done to all that are chosen. */
export function BulkBar({ chosen, progress, onRun, onClear }: BulkBarProps) {
  const { mayOperate, mayAdminister } = useMe();
  const [asking, setAsking] = useState<"tag" | "archive" | null>(null);
  const busy = progress !== null;
  const tags = [...new Set(chosen.flatMap((one) => one.tags))].sort();
  const run = (bulk: Bulk) => {
    setAsking(null);
    onRun(bulk);
  };
  const pause = (seconds: number | null, resumeOnCheckIn: boolean) =>
    run(pausing(seconds === null ? null : new Date(serverNow() + seconds * 1_000).toISOString(), resumeOnCheckIn));
  return (
    <section
      aria-label="What is chosen"
      className="sticky bottom-3 z-20 flex flex-wrap items-center gap-2 rounded-[8px] border border-line bg-surface px-[14px] py-2 shadow-float"
    >
      <span aria-live="polite" className="mr-2">
        {progress ? `${progress.done} of ${progress.of} done` : `${countOf(chosen.length)} chosen`}
      </span>
      {mayOperate ? (
        <>
          <Menu align="start" trigger={<Button busy={busy}>Pause</Button>}>
            <MenuLabel>Expect nothing for</MenuLabel>
            {PAUSES.map(([words, seconds]) => (
              <MenuItem key={words} onSelect={() => pause(seconds, false)}>
                {words}
              </MenuItem>
            ))}
            <MenuLine />
            <MenuItem onSelect={() => pause(null, true)}>until the next check-in of each</MenuItem>
            <MenuItem onSelect={() => pause(null, false)}>until they are resumed</MenuItem>
          </Menu>
          <Button busy={busy} disabled={!chosen.some(({ paused }) => paused)} onClick={() => run(resuming)}>
            Resume
          </Button>
        </>
      ) : null}
      {mayAdminister ? (
        <>
          <Button busy={busy} onClick={() => setAsking("tag")}>
            Tag…
          </Button>
          {tags.length === 0 ? null : (
            <Menu align="start" trigger={<Button busy={busy}>Untag</Button>}>
              <MenuLabel>Take away the tag</MenuLabel>
              {tags.map((tag) => (
                <MenuItem key={tag} onSelect={() => run(untagging(tag))}>
                  {tag}
                </MenuItem>
              ))}
            </Menu>
          )}
          <Button busy={busy} onClick={() => setAsking("archive")}>
            Archive…
          </Button>
        </>
      ) : null}
      <Button look="quiet" className="ml-auto" onClick={onClear}>
        Choose none
      </Button>
      {asking === "tag" ? (
        <TagDialog chosen={chosen} onTag={(tag) => run(tagging(tag))} onClose={() => setAsking(null)} />
      ) : null}
      {asking === "archive" ? (
        <ArchiveDialog chosen={chosen} onArchive={() => run(archiving)} onClose={() => setAsking(null)} />
      ) : null}
    </section>
  );
}
