import type { Metadata } from "next";
import { Card, Page, Section } from "#components/ui/page.tsx";
import { deviceOf } from "#lib/access/device.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { PASSWORD_LEAST } from "#lib/access/password.ts";
import { listOwnSessions, ownWaysIn } from "#lib/access/sessions.ts";
import { runtime } from "#lib/runtime.ts";
import { toRfc3339 } from "#lib/time/instant.ts";
import { PasswordForm } from "./_parts/password-form.tsx";
import { SessionList } from "./_parts/session-list.tsx";
import { SignOut } from "./_parts/sign-out.tsx";
import { changePassword, endOthers, endSession } from "./actions.ts";

export const metadata: Metadata = { title: "Your account · Rollcall" };

export default async function Account() {
  const ctx = await pageContext("/account");
  const { name, email, role } = ctx.actor;
  const sessions = await listOwnSessions(ctx);
  const ways = await ownWaysIn(ctx);
  const byProvider = ways.ok && ways.value.provider ? (runtime().config.oidc?.name ?? "a provider") : null;
  const shown = sessions.ok
    ? sessions.value.map(({ id, seenAt, createdAt, current, remoteAddress, userAgent }) => ({
        ...{ id, current, remoteAddress },
        seenAt: toRfc3339(seenAt),
        createdAt: toRfc3339(createdAt),
        device: deviceOf(userAgent),
      }))
    : [];
  return (
    <Page title={name} beside={<span className="text-ink-2">{`${email}, ${role}`}</span>} actions={<SignOut />}>
      <div className="max-w-[640px]">
        {byProvider === null ? null : (
          <Section title="Signing in">
            <Card className="p-4">
              <p className="text-ink-2">
                You come in by {byProvider}
                {ways.ok && ways.value.password
                  ? ", or with your password."
                  : ". There is no password here: it is changed where you have the account."}
              </p>
            </Card>
          </Section>
        )}
        {ways.ok && !ways.value.password ? null : (
          <Section title="Password" className={byProvider === null ? "mt-5" : "mt-8"}>
            <Card className="p-4">
              <PasswordForm change={changePassword} email={email} hint={`At least ${PASSWORD_LEAST} characters.`} />
            </Card>
          </Section>
        )}
        <Section title="Where you are signed in" className="mt-8">
          <SessionList sessions={shown} end={endSession} endOthers={endOthers} />
        </Section>
      </div>
    </Page>
  );
}
