"use server";

import { type AcceptLinkInput, acceptLink } from "#lib/access/links.ts";
import { foreignAction } from "#lib/access/page-session.ts";
import { type Result, refuse } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";

export async function takeLink(input: AcceptLinkInput): Promise<Result<{ readonly email: string }>> {
  const foreign = await foreignAction();
  return foreign ? refuse(foreign) : acceptLink({ now: runtime().clock.now() }, input);
}
