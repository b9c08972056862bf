"use client";

import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";

const AWAY = "Rollcall did not answer. Check the connection and try again.";

export function SignInForm({
  next,
  provider,
  refused,
}: {
  readonly next: string;
  /** The name of the OpenID Connect provider, where there is one. */
  readonly provider: string | null;
  /** Why a sign-in by it was refused just now. */
  readonly refused: string | null;
}) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(refused);

  // What the provider's way said stands by its button, not under the password that it has nothing to do with.
  const byProviderRefused = refusal !== null && refusal === refused;

  async function byProvider() {
    setBusy(true);
    setRefusal(null);
    // Leaves the page, unless nobody answers.
    await signIn("oidc", { callbackUrl: next }).catch(() => setRefusal(AWAY));
    setBusy(false);
  }

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setRefusal(null);
    const credentials = { email: String(form.get("email")), password: String(form.get("password")) };
    const answer = await signIn("credentials", { ...credentials, redirect: false }).catch(() => undefined);
    // The whole page anew: what was drawn for nobody is not shown to somebody.
    if (answer?.ok) return window.location.assign(next);
    setRefusal(answer?.error ?? AWAY);
    setBusy(false);
  }

  return (
    <form onSubmit={submit} method="post" className="grid gap-4">
      {byProviderRefused ? <Notice look="bad">{refusal}</Notice> : null}
      {provider === null ? null : (
        <>
          <Button look="primary" className="h-9 w-full" busy={busy} onClick={() => void byProvider()}>
            Sign in with {provider}
          </Button>
          <p className="flex items-center gap-3 text-ink-3 before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
            or with a password
          </p>
        </>
      )}
      <Field label="E-mail" name="email" type="email" autoComplete="username" required autoFocus={provider === null} />
      <Field label="Password" name="password" type="password" autoComplete="current-password" required />
      {refusal === null || byProviderRefused ? null : <Notice look="bad">{refusal}</Notice>}
      <div className="flex items-center gap-3">
        <Button type="submit" look={provider === null ? "primary" : "plain"} busy={busy}>
          Sign in
        </Button>
      </div>
      <p className="text-ink-3">Forgotten it? An admin can make you a new link.</p>
    </form>
  );
}
