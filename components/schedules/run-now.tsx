"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, wordsOf } from "#components/api/client.ts";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";

/** Fires a run by hand; where nobody here can, the answer says so and what to do instead. */
export function useRunNow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ slug }: { readonly slug: string; readonly name: string }) =>
      api<unknown>(`/schedules/${slug}/trigger`, { method: "POST", body: {} }),
    onSuccess: (_done, { name }) => toast.success(`Fired: ${name}`),
    onError: (thrown) => toast.error(wordsOf(thrown)),
    onSettled: (_done, _error, { slug }) =>
      Promise.all(
        [KEYS.schedule(slug), KEYS.schedules(), KEYS.windows(slug)].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}

export function RunNowButton({ slug, name }: { readonly slug: string; readonly name: string }) {
  const { mayOperate } = useMe();
  const run = useRunNow();
  if (!mayOperate) return null;
  return (
    <Button busy={run.isPending} onClick={() => run.mutate({ slug, name })}>
      Run now
    </Button>
  );
}
