/** Who sends a request: an API key, a signed-in person, or nobody in particular. */
import { ok, type Result, refuse, unauthenticated } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import type { Actor } from "./actor.ts";
import { type AnyHeaders, headerOf } from "./headers.ts";
import { keyActor } from "./keys.ts";
import { requireOwnOrigin } from "./own-origin.ts";
import { sessionIdOf } from "./session-cookie.ts";
import { personOfSession } from "./sessions.ts";

export interface RequestSeen {
  readonly headers: AnyHeaders;
  readonly method: string;
}

/**
 * A key that is presented has to be good: 401 otherwise, whatever cookie comes along. A write with a session needs our
 * own origin: 403. `null`: no credentials, or a session that has ended.
 */
export async function actorOfRequest({ headers, method }: RequestSeen): Promise<Result<Actor | null>> {
  const { config, clock } = runtime();
  const now = clock.now();
  const key = presentedKey(headers);
  if (key !== null) {
    const actor = await keyActor(key, now);
    if (actor) return ok(actor);
    return refuse(
      unauthenticated({ message: "There is no such API key.", doNext: "Check the key, or make a new one." }),
    );
  }
  const sessionId = await sessionIdOf(headerOf(headers, "cookie"), config);
  const person = sessionId === null ? null : await personOfSession({ now }, { sessionId });
  if (!person) return ok(null);
  const foreign = requireOwnOrigin({ headers, method, publicUrl: config.publicUrl });
  return foreign ? refuse(foreign) : ok(person);
}

/** RFC 6750, 2.1; the scheme in any case. Another scheme is somebody else's business: a proxy's in front of us. */
function presentedKey(headers: AnyHeaders): string | null {
  const bearer = /^bearer(?:\s+(.*))?$/i.exec(headerOf(headers, "authorization") ?? "");
  return bearer ? (bearer[1] ?? "").trim() : (headerOf(headers, "x-api-key")?.trim() ?? null);
}
