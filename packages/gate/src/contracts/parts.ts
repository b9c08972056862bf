/** A request as the contracts read it, from what servers and edges have. */
import type { PresentedBody, RequestParts } from "./contract.ts";

type HeaderSource =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** Names in lower case, several of one name joined as Fetch joins them. Has no prototype: a header may be called anything. */
export function headersOf(source: HeaderSource): Readonly<Record<string, string>> {
  const headers: Record<string, string> = Object.create(null);
  const add = (name: string, value: string): void => {
    const key = name.toLowerCase();
    const before = headers[key];
    headers[key] = before === undefined ? value : `${before}, ${value}`;
  };
  if (Symbol.iterator in source) for (const [name, value] of source) add(name, value);
  else
    for (const [name, value] of Object.entries(source)) {
      if (typeof value === "string") add(name, value);
      else for (const one of value ?? []) add(name, one);
    }
  return headers;
}

export const partsOf = (request: {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderSource;
  readonly body: PresentedBody;
}): RequestParts => ({ ...request, method: request.method.toUpperCase(), headers: headersOf(request.headers) });

/** The path without its query, which may hold secrets. */
export const pathOf = (url: string): string => {
  try {
    return new URL(url).pathname.slice(0, 2_000);
  } catch {
    return "/";
  }
};
