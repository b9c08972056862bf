"use client";

import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { isApiProblem } from "./client.ts";

/** A refusal stays one when it is asked again; only what got no answer is. */
const retry = (count: number, thrown: unknown): boolean =>
  count < 2 && (!isApiProblem(thrown) || thrown.status === 0 || thrown.status >= 500);

/** Whose session has ended signs in again, and comes back here. */
function onError(thrown: unknown): void {
  if (!isApiProblem(thrown) || thrown.status !== 401) return;
  const { pathname, search } = window.location;
  window.location.assign(`/sign-in?next=${encodeURIComponent(`${pathname}${search}`)}`);
}

export function ApiProvider({ children }: { readonly children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        queryCache: new QueryCache({ onError }),
        mutationCache: new MutationCache({ onError }),
        defaultOptions: {
          queries: { retry, staleTime: 1_000, refetchOnWindowFocus: true },
          mutations: { retry: false },
        },
      }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
