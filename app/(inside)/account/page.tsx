import type { Metadata } from "next";
import Link from "next/link";
import { Brand } from "#components/ui/brand.tsx";
import { deviceOf } from "#lib/access/device.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { PASSWORD_LEAST } from "#lib/access/password.ts";
import { listOwnSessions } from "#lib/access/sessions.ts";
import { toRfc3339 } from "#lib/time/instant.ts";
import { PasswordForm } from "./_parts/password-form.tsx";
import { SessionList } from "./_parts/session-list.tsx";
import { SignOut } from "./_parts/sign-out.tsx";
import { changePassword, endOthers, endSession } from "./actions.ts";

export const metadata: Metadata = { title: "Your account · Rollcall" };

export default async function Page() {
  const ctx = await pageContext("/account");
  const { name, email, role } = ctx.actor;
  const sessions = await listOwnSessions(ctx);
  const shown = sessions.ok
    ? sessions.value.map(({ id, seenAt, createdAt, current, remoteAddress, userAgent }) => ({
        ...{ id, current, remoteAddress },
        seenAt: toRfc3339(seenAt),
        createdAt: toRfc3339(createdAt),
        device: deviceOf(userAgent),
      }))
    : [];
  return (
    <main className="mx-auto w-full max-w-[640px] px-4 py-12">
      <div className="flex items-center justify-between">
        <Link href="/">
          <Brand />
        </Link>
        <SignOut />
      </div>
      <h1 className="mt-[18px] text-xl leading-[1.3] font-[620] tracking-[-0.015em]">{name}</h1>
      <p className="mt-1.5 text-ink-2">
        {email}, {role}
      </p>
      <section className="mt-8" aria-labelledby="password">
        <h2 id="password" className="mb-2 text-s font-semibold text-ink-2">
          Password
        </h2>
        <div className="rounded-[8px] border border-line bg-surface p-4">
          <PasswordForm change={changePassword} email={email} hint={`At least ${PASSWORD_LEAST} characters.`} />
        </div>
      </section>
      <section className="mt-8" aria-labelledby="sessions">
        <h2 id="sessions" className="mb-2 text-s font-semibold text-ink-2">
          Where you are signed in
        </h2>
        <SessionList sessions={shown} end={endSession} endOthers={endOthers} />
      </section>
    </main>
  );
}
