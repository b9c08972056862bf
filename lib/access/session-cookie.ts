/** The cookie in which next-auth keeps a session's id, encrypted. */
import { decode, encode } from "next-auth/jwt";
import { SESSION_LONGEST } from "./sessions.ts";

/** The row decides when a session ends; the cookie outlives it. */
export const COOKIE_SECONDS = SESSION_LONGEST / 1_000;

export const cookieName = (publicUrl: string): string =>
  publicUrl.startsWith("https:") ? "__Secure-next-auth.session-token" : "next-auth.session-token";

/** The session's id in a `Cookie` header; `null` when there is none, or it is not of our making. */
export async function sessionIdOf(
  cookieHeader: string | null,
  { publicUrl, secret }: { readonly publicUrl: string; readonly secret: string },
): Promise<string | null> {
  const token = cookieHeader === null ? null : cookieOf(cookieHeader, cookieName(publicUrl));
  if (!token) return null;
  try {
    const claims = await decode({ token, secret });
    return typeof claims?.sid === "string" ? claims.sid : null;
  } catch {
    return null;
  }
}

/** As next-auth makes it. */
export const sessionToken = (
  { personId, sessionId }: { readonly personId: string; readonly sessionId: string },
  secret: string,
): Promise<string> => encode({ token: { sub: personId, sid: sessionId }, secret, maxAge: COOKIE_SECONDS });

function cookieOf(header: string, name: string): string | null {
  for (const part of header.split(";")) {
    const equals = part.indexOf("=");
    if (equals === -1 || part.slice(0, equals).trim() !== name) continue;
    const value = part.slice(equals + 1).trim();
    return value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  }
  return null;
}

declare module "next-auth/jwt" {
  interface JWT {
    /** The session's id. */
    sid?: string;
  }
}
