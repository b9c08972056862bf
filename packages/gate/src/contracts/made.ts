import type { Made, RequestToMake } from "./contract.ts";

/** The request with a platform's headers over the caller's. */
export const made = (
  request: RequestToMake,
  headers: Readonly<Record<string, string>>,
  changed: { readonly url?: string; readonly body?: Uint8Array; readonly method?: string } = {},
): Made => ({
  ok: true,
  request: {
    method: changed.method ?? request.method,
    url: changed.url ?? request.url,
    headers: { ...request.headers, ...headers },
    body: changed.body ?? request.body ?? new Uint8Array(),
  },
});
