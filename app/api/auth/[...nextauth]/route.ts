import type { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { CLIENT_ADDRESS } from "#lib/access/client-address.ts";
import { nextAuthOptions } from "#lib/access/next-auth.ts";
import { OIDC } from "#lib/access/oidc-provider.ts";
import type { Problem } from "#lib/problem.ts";

interface Asked {
  readonly params: Promise<{ nextauth: string[] }>;
}

/** What Rollcall uses of it; `_log` would let anybody write into our log. */
const ACTIONS = new Set(["providers", "session", "csrf", "signin", "signout", "callback", "error"]);

/** What next-auth would call an error of the server: a body that is no JSON, an address to return to that is none. */
async function isReadable(request: NextRequest): Promise<boolean> {
  const wanted = request.nextUrl.searchParams.getAll("callbackUrl");
  const cookies = request.cookies.getAll().filter(({ name }) => name.endsWith("next-auth.callback-url"));
  for (const text of [...wanted, ...cookies.map(({ value }) => value)]) {
    const base = text.startsWith("/") ? request.nextUrl.origin : undefined;
    if (text !== "" && !(URL.canParse(text, base) && /^https?:$/.test(new URL(text, base).protocol))) return false;
  }
  // next-auth's own client sends this type with a GET too, which has no body.
  if (request.method !== "POST" || !request.headers.get("content-type")?.includes("application/json")) return true;
  try {
    const body: unknown = await request.clone().json();
    return typeof body === "object" && body !== null && !Array.isArray(body);
  } catch {
    return false;
  }
}

async function handler(request: NextRequest, context: Asked): Promise<Response> {
  const [action = "", provider] = (await context.params).nextauth;
  if (!ACTIONS.has(action)) return new Response(null, { status: 404 });
  // Of a sign-in by password next-auth takes only the POST, and calls anything else an error of the server.
  if (action === "callback" && provider !== OIDC && request.method !== "POST") {
    return new Response(null, { status: 405, headers: { allow: "POST" } });
  }
  if (!(await isReadable(request))) return new Response(null, { status: 400 });
  const refusals: Problem[] = [];
  const answer: Response = await NextAuth(
    request,
    context,
    nextAuthOptions({
      address: request.headers.get(CLIENT_ADDRESS),
      userAgent: request.headers.get("user-agent"),
      onRefusal: (problem) => refusals.push(problem),
    }),
  );
  const [refusal] = refusals;
  if (!refusal) return answer;
  // next-auth says 401 whatever the reason was.
  const headers = new Headers(answer.headers);
  if (refusal.retryAfterSeconds !== undefined) headers.set("retry-after", String(refusal.retryAfterSeconds));
  return new Response(answer.body, { status: refusal.status, headers });
}

export { handler as GET, handler as POST };
