"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "#components/api/client.ts";
import type { Discarded } from "#components/api/shapes.ts";
import { useUndo } from "#components/api/use-undo.ts";
import { KEYS } from "#lib/views/keys.ts";

export interface Repair {
  readonly one: Discarded;
  readonly as: "new" | "alias";
  readonly slug: string;
}

const STALE = [KEYS.discarded(), KEYS.schedules(), KEYS.overview(), KEYS.timeline()];

/** Gives check-ins by an unknown name a schedule to go to; for ten seconds it can be taken back. */
export function useRepair(onDone?: () => void) {
  const client = useQueryClient();
  const offerUndo = useUndo();
  return useMutation({
    mutationFn: ({ one, as, slug }: Repair) =>
      api<Discarded>(`/discarded/${one.id}/repair`, { method: "POST", body: { as, slug } }),
    onSuccess: async (_, { one, as, slug }) => {
      offerUndo({
        did: as === "new" ? `“${one.slug}” is a schedule now: complete it` : `“${one.slug}” means ${slug} now`,
        undone: `“${one.slug}” goes nowhere again`,
        undo: () => api(`/discarded/${one.id}/unrepair`, { method: "POST" }),
        stale: STALE,
      });
      onDone?.();
      await Promise.all(STALE.map((queryKey) => client.invalidateQueries({ queryKey })));
    },
  });
}
