/**
 * Which request a proxy asks about: read from the headers of the proxy that the route names, never from whichever are
 * present, since a client could send those of another (contracts.md, section 5). Pure.
 */
import type { ProxyKind } from "./schema.ts";

export interface Original {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
}

type Values = (name: string) => readonly string[];

const METHOD = /^[A-Za-z]{1,20}$/;

/** The one value of a header; two are none: which of them the proxy wrote cannot be told. */
const only = (values: Values, name: string): string | null => {
  const [one, ...others] = values(name);
  return one !== undefined && others.length === 0 && one !== "" ? one : null;
};

function targetOf(text: string | null): string | null {
  if (text === null || text.length > 8_000) return null;
  if (text.startsWith("/")) return text;
  // ingress-nginx writes the whole address.
  if (!/^https?:\/\//i.test(text)) return null;
  try {
    const { pathname, search } = new URL(text);
    return `${pathname}${search}`;
  } catch {
    return null;
  }
}

const original = (method: string | null, target: string | null): Original | null =>
  method !== null && METHOD.test(method) && target !== null ? { method: method.toUpperCase(), target } : null;

/**
 * `null` where the proxy does not say it: then the gate refuses, since guessing lets a client choose.
 * @param asked the request to the gate itself, with the path behind `/gate/{route}`
 * @param values every value of a header, in lower case
 */
export function originalOf(
  proxy: ProxyKind,
  asked: { readonly method: string; readonly rest: string },
  values: Values,
): Original | null {
  switch (proxy) {
    case "nginx":
      return original(
        only(values, "x-original-method"),
        targetOf(only(values, "x-original-uri") ?? only(values, "x-original-url")),
      );
    case "traefik":
    case "caddy":
      return original(only(values, "x-forwarded-method"), targetOf(only(values, "x-forwarded-uri")));
    case "envoy":
      return original(asked.method, targetOf(asked.rest === "" ? "/" : asked.rest));
  }
}

/**
 * Whether the absence of a body says that there was none: proxies that forward bodies do so only where there is one. The
 * others never do, so that behind them nothing that covers a body can be checked.
 */
export const bodyMayBeEmpty = (proxy: ProxyKind, method: string): boolean =>
  (proxy === "traefik" || proxy === "envoy") && (method === "GET" || method === "HEAD");
