"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { toast } from "#components/ui/toast.ts";
import { useModKey } from "#components/ui/use-keys.ts";
import type { QueryKey } from "#lib/views/keys.ts";
import { wordsOf } from "./client.ts";

/** How long what was done may be taken back by one press, in ms. */
const OFFERED_FOR = 10_000;

export interface Undoable {
  /** What was done: "Acknowledged: incident 3". */
  readonly did: string;
  /** What is said once it was taken back: "Incident 3 is open again". */
  readonly undone: string;
  /** Asks the server for the act that takes it back. Undoing is an act of its own: nothing is deleted. */
  readonly undo: () => Promise<unknown>;
  /** What screens have to read again after it. */
  readonly stale: readonly QueryKey[];
}

interface Offer {
  readonly toast: string | number;
  readonly take: () => void;
}

/** The newest offer that still stands. */
let newest: Offer | null = null;

function forget(id: string | number): void {
  if (newest?.toast === id) newest = null;
}

/** Says what was done, and offers for ten seconds to take it back: by its button, or by Ctrl-Z. */
export function useUndo(): (done: Undoable) => void {
  const client = useQueryClient();
  return useCallback(
    ({ did, undone, undo, stale }: Undoable) => {
      let taken = false;
      const take = async () => {
        if (taken) return;
        taken = true;
        forget(id);
        toast.dismiss(id);
        try {
          await undo();
          toast.success(undone);
        } catch (thrown) {
          toast.error(wordsOf(thrown));
        }
        await Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
      };
      const id = toast.success(did, {
        duration: OFFERED_FOR,
        action: { label: "Undo", onClick: take },
        onAutoClose: (gone) => forget(gone.id),
        onDismiss: (gone) => forget(gone.id),
      });
      newest = { toast: id, take };
    },
    [client],
  );
}

/** Ctrl-Z (⌘Z) takes the newest offer, wherever one is; the frame listens once. */
export function useUndoKey(): void {
  useModKey("z", () => {
    if (!newest) return false;
    newest.take();
    return true;
  });
}
