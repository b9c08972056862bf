"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import { api, wordsOf } from "./client.ts";
import { useRefetchInterval } from "./live.ts";

export interface DemoState {
  readonly made: boolean;
  readonly running: boolean;
  readonly wrong: boolean;
  readonly route: string | null;
  readonly schedules: readonly string[];
  readonly everySeconds: number;
}

/** @param drawn as the page was drawn with it: it is asked only where there is one */
export function useDemo(drawn: DemoState | null) {
  return useQuery({
    queryKey: KEYS.demo(),
    queryFn: ({ signal }) => api<DemoState>("/demo", { signal }),
    enabled: drawn !== null,
    refetchInterval: useRefetchInterval(),
    ...(drawn === null ? {} : { initialData: drawn, initialDataUpdatedAt: 0 }),
  });
}

type Act =
  | { readonly kind: "start" }
  | { readonly kind: "turn"; readonly wrong: boolean }
  | { readonly kind: "remove" };

function asked(act: Act): Promise<DemoState | null> {
  switch (act.kind) {
    case "start":
      return api<DemoState>("/demo", { method: "POST" });
    case "turn":
      return api<DemoState>("/demo/contract", { method: "POST", body: { wrong: act.wrong } });
    case "remove":
      return api<null>("/demo", { method: "DELETE" });
  }
}

/** What it says went wrong stands in a toast, unless `onError` says it elsewhere. */
export function useActOnDemo({ onDone }: { readonly onDone?: (act: Act) => void } = {}) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: asked,
    onSuccess: (state, act) => {
      if (state) client.setQueryData(KEYS.demo(), state);
      onDone?.(act);
    },
    onError: (thrown) => toast.error(wordsOf(thrown)),
  });
}
