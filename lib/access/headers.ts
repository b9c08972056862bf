import type { IncomingHttpHeaders } from "node:http";

/** Headers as node has them, or as the Web does. */
export type AnyHeaders = IncomingHttpHeaders | Headers;

/** The first value where there are several. `name` in lower case. */
export function headerOf(headers: AnyHeaders, name: string): string | null {
  if (headers instanceof Headers || typeof headers.get === "function") return (headers as Headers).get(name);
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
