/** What a browser chose, kept in cookies so that the server draws it so from the first byte on. */

export const THEME_COOKIE = "rollcall-theme";
export const ZONE_COOKIE = "rollcall-zone";

const YEAR = 31_536_000;

export function remember(name: string, value: string | null): void {
  const secure = window.location.protocol === "https:" ? "; secure" : "";
  const kept = value === null ? "; max-age=0" : `; max-age=${YEAR}`;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser that we serve
  document.cookie = `${name}=${encodeURIComponent(value ?? "")}; path=/; samesite=lax${kept}${secure}`;
}
