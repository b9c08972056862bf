/** What Next would answer with a 500 though it is the request that is wrong (measured with Next 16). */
import type { IncomingMessage } from "node:http";
import { requireOwnOrigin } from "#lib/access/own-origin.ts";

export interface PageRefusal {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
}

const unreadable = (title: string): PageRefusal => ({ type: "about:blank", title, status: 400, code: "unreadable" });

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A page as the browser's router has it: its segment, then what lies in its slots, each such a page again. */
function isRouterPage(page: unknown): boolean {
  if (!Array.isArray(page)) return false;
  const [segment, slots]: readonly unknown[] = page;
  const named =
    typeof segment === "string" || (Array.isArray(segment) && segment.length >= 3 && typeof segment[0] === "string");
  if (!named || typeof slots !== "object" || slots === null || Array.isArray(slots)) return false;
  return Object.values(slots).every(isRouterPage);
}

function isRouterState(text: string): boolean {
  try {
    return isRouterPage(JSON.parse(decoded(text) ?? ""));
  } catch {
    // No JSON, or nested deeper than any page is.
    return false;
  }
}

export function refusePage(request: IncomingMessage, publicUrl: string): PageRefusal | null {
  const { headers, method = "GET", url = "/" } = request;
  const path = decoded(url.split("?", 1)[0] ?? "");
  if (path?.includes("\0") !== false) return unreadable("The address cannot be read");
  const state = headers["next-router-state-tree"];
  if (state !== undefined && !(typeof state === "string" && isRouterState(state))) {
    return unreadable("The state of the router cannot be read");
  }
  // Every write to a page comes from one of ours: what comes from elsewhere is not even parsed. next-auth has its own token.
  const refused = path.startsWith("/api/auth/") ? null : requireOwnOrigin({ headers, method, publicUrl });
  return refused && { type: "about:blank", title: refused.message, status: refused.status, code: refused.code };
}
