/** Where to go after signing in: a path of ours, `/` for anything else. */
export function nextPath(asked: string | readonly string[] | undefined): string {
  const text = typeof asked === "string" ? asked : "/";
  // Browsers read a backslash as a slash, and skip tabs and line breaks: `/\evil.example` is another host's.
  if (!text.startsWith("/") || text.startsWith("//") || /[\\\p{Cc}]/u.test(text)) return "/";
  const base = "http://rollcall.invalid";
  if (!URL.canParse(text, base)) return "/";
  const url = new URL(text, base);
  if (url.origin !== base || url.pathname.startsWith("//")) return "/";
  if (url.pathname === "/sign-in" || url.pathname.startsWith("/setup/") || url.pathname.startsWith("/api/")) return "/";
  return `${url.pathname}${url.search}${url.hash}`;
}
