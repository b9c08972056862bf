/** Where somebody went last from the palette, kept in this browser until they sign out. */

export interface Recent {
  readonly title: string;
  readonly href: string;
}

const KEY = "rollcall-recent";
const KEPT = 5;

const isRecent = (one: unknown): one is Recent =>
  typeof one === "object" &&
  one !== null &&
  "title" in one &&
  typeof one.title === "string" &&
  "href" in one &&
  typeof one.href === "string" &&
  // What lies in a browser may have been written by anybody: an address of ours, and no other.
  /^\/(?![/\\])/.test(one.href);

/** What was kept, as far as it can be read: the newest first. */
export function parseRecent(text: string | null): readonly Recent[] {
  try {
    const kept: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(kept) ? kept.filter(isRecent).slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

export const withRecent = (kept: readonly Recent[], one: Recent): readonly Recent[] =>
  [{ title: one.title, href: one.href }, ...kept.filter(({ href }) => href !== one.href)].slice(0, KEPT);

/** A browser may forbid its storage altogether. */
export function readRecent(): readonly Recent[] {
  try {
    return parseRecent(window.localStorage.getItem(KEY));
  } catch {
    return [];
  }
}

export function keepRecent(one: Recent): void {
  try {
    window.localStorage.setItem(KEY, JSON.stringify(withRecent(readRecent(), one)));
  } catch {
    // Then nothing is remembered.
  }
}

export function forgetRecent(): void {
  try {
    window.localStorage.removeItem(KEY);
  } catch {
    // There is nothing to forget.
  }
}
