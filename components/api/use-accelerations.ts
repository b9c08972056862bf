"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import type { Acceleration } from "./accelerations.ts";
import { api, wordsOf } from "./client.ts";
import { useRefetchInterval } from "./live.ts";
import type { List } from "./shapes.ts";

/** What is not over yet: rail, banner and pages share the question. */
export function useActiveAccelerations(initial?: List<Acceleration> | null) {
  return useQuery({
    queryKey: KEYS.accelerations("active"),
    queryFn: ({ signal }) => api<List<Acceleration>>("/accelerations?active=true&limit=100", { signal }),
    ...(initial ? { initialData: initial } : {}),
    refetchInterval: useRefetchInterval(),
  });
}

export type Drift = "put_back" | "keep_theirs";

/** Puts the original back now, or says what stands where somebody else has changed it. */
export function useRevert() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, drift }: { readonly id: string; readonly schedule: string; readonly drift?: Drift }) =>
      api<Acceleration>(`/accelerations/${id}/revert`, {
        method: "POST",
        body: drift === undefined ? {} : { drift },
      }),
    onSuccess: (stored, { schedule, drift }) => {
      client.setQueryData(KEYS.acceleration(stored.id), stored);
      toast.success(drift === "keep_theirs" ? `Theirs stands: ${schedule}` : `The original comes back: ${schedule}`);
    },
    onError: (thrown) => toast.error(wordsOf(thrown)),
    onSettled: (_stored, _error, { id, schedule }) =>
      Promise.all(
        [KEYS.accelerations(), KEYS.acceleration(id), KEYS.schedule(schedule)].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
