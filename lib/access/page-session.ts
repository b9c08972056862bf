/** Who looks at a page. */
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { ok, type Problem, type Result, refuse, unauthenticated } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import type { Actor } from "./actor.ts";
import type { Context } from "./context.ts";
import { nextPath } from "./next-path.ts";
import { requireOwnOrigin } from "./own-origin.ts";
import { sessionIdOf } from "./session-cookie.ts";
import { personOfSession } from "./sessions.ts";

export type PersonActor = Actor & { readonly kind: "person" };

/** The signed-in person, asked once a page; `null` when there is none. */
export const currentActor = cache(async (): Promise<PersonActor | null> => {
  // First, since it tells Next that this page is made when it is asked for: a build has no runtime.
  const cookie = (await headers()).get("cookie");
  const { config, clock } = runtime();
  const sessionId = await sessionIdOf(cookie, config);
  return sessionId === null ? null : personOfSession({ now: clock.now() }, { sessionId });
});

/** The same, or off to sign in and back to `here`. */
async function requirePerson(here: string): Promise<PersonActor> {
  const person = await currentActor();
  if (person) return person;
  const next = nextPath(here);
  redirect(next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`);
}

/** What a page gives to views and services. */
export async function pageContext(here: string): Promise<Context & { readonly actor: PersonActor }> {
  return { actor: await requirePerson(here), now: runtime().clock.now() };
}

/** `null` when a server action was called from a page of ours. */
export async function foreignAction(): Promise<Problem | null> {
  const given = await headers();
  return requireOwnOrigin({ headers: given, method: "POST", publicUrl: runtime().config.publicUrl });
}

/** What a server action gives to services; 401 when the session ended since its page was drawn. */
export async function actionContext(): Promise<Result<Context & { readonly actor: PersonActor }>> {
  const foreign = await foreignAction();
  if (foreign) return refuse(foreign);
  const actor = await currentActor();
  if (!actor) return refuse(unauthenticated({ message: "You are not signed in any more.", doNext: "Sign in again." }));
  return ok({ actor, now: runtime().clock.now() });
}
