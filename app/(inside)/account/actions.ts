"use server";

import { refresh } from "next/cache";
import { headers } from "next/headers";
import { CLIENT_ADDRESS } from "#lib/access/client-address.ts";
import { actionContext } from "#lib/access/page-session.ts";
import { endOtherSessions, endOwnSession } from "#lib/access/sessions.ts";
import { changeOwnPassword } from "#lib/access/sign-in.ts";
import type { Result } from "#lib/problem.ts";

export async function changePassword(
  current: string,
  next: string,
): Promise<Result<{ readonly endedSessions: number }>> {
  const ctx = await actionContext();
  if (!ctx.ok) return ctx;
  const address = (await headers()).get(CLIENT_ADDRESS);
  const changed = await changeOwnPassword(ctx.value, { current, next, address });
  refresh();
  return changed;
}

export async function endSession(id: string): Promise<Result<null>> {
  const ctx = await actionContext();
  if (!ctx.ok) return ctx;
  const ended = await endOwnSession(ctx.value, { id });
  refresh();
  return ended;
}

export async function endOthers(): Promise<Result<number>> {
  const ctx = await actionContext();
  if (!ctx.ok) return ctx;
  const ended = await endOtherSessions(ctx.value);
  refresh();
  return ended;
}
