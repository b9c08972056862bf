/** What a redirect says of itself by where it points (contracts.md, section 4). Pure. */

export type RedirectKind = "login" | "trailing_slash" | "scheme" | "host" | "locale" | "loop" | "elsewhere";

const LOGIN = /(?:^|[/._-])(?:log-?in|sign-?in|auth|sso|oauth2?|authorize|session|accounts?)(?:$|[/._-])/i;
const LOCALE = /^\/[a-z]{2}(?:-[A-Za-z]{2,4})?(?=\/|$)/;

const withoutSlash = (path: string): string => path.replace(/\/+$/, "");

export interface Redirected {
  readonly kind: RedirectKind;
  /** Where to, without the query: that is where secrets and addresses to return to are put. `null`: not said readably. */
  readonly to: string | null;
}

/** @param location as the answer says it; relative ones are read against the address that was asked */
export function redirectOf(asked: string, location: string | undefined): Redirected {
  if (location === undefined || !URL.canParse(location, asked)) return { kind: "elsewhere", to: null };
  const from = new URL(asked);
  const to = new URL(location, asked);
  const shown = `${to.origin === "null" ? to.protocol : to.origin}${to.pathname}`.slice(0, 300);
  const told = (kind: RedirectKind): Redirected => ({ kind, to: shown });
  if (to.protocol !== "http:" && to.protocol !== "https:") return told("elsewhere");
  const host = to.host !== from.host;
  const path = to.pathname !== from.pathname;
  if (!host && to.protocol === from.protocol && !path && to.search === from.search) return told("loop");
  if (path && LOGIN.test(to.pathname) && !LOGIN.test(from.pathname)) return told("login");
  // `http://a:80` to `https://a` is the same host in another scheme.
  if (to.hostname === from.hostname && to.protocol !== from.protocol) return told("scheme");
  if (host) return told(/(?:^|\.)(?:login|accounts?|auth|sso|id)\./i.test(to.hostname) ? "login" : "host");
  if (path && withoutSlash(to.pathname) === withoutSlash(from.pathname)) return told("trailing_slash");
  const plain = (pathname: string): string => withoutSlash(pathname.replace(LOCALE, ""));
  if (path && LOCALE.test(to.pathname) && plain(to.pathname) === plain(from.pathname)) return told("locale");
  return told("elsewhere");
}
