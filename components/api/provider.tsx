"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { isApiProblem } from "./client.ts";

/** A refusal stays one when it is asked again; only what got no answer is. */
const retry = (count: number, thrown: unknown): boolean =>
  count < 2 && (!isApiProblem(thrown) || thrown.status === 0 || thrown.status >= 500);

export function ApiProvider({ children }: { readonly children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: { retry, staleTime: 1_000, refetchOnWindowFocus: true },
          mutations: { retry: false },
        },
      }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
