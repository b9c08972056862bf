"use client";

import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";

const AWAY = "Rollcall did not answer. Check the connection and try again.";

export function SignInForm({ next }: { readonly next: string }) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);

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
      <Field label="E-mail" name="email" type="email" autoComplete="username" required autoFocus />
      <Field label="Password" name="password" type="password" autoComplete="current-password" required />
      {refusal === null ? null : <Notice look="bad">{refusal}</Notice>}
      <div className="flex items-center gap-3">
        <Button type="submit" look="primary" busy={busy}>
          Sign in
        </Button>
      </div>
      <p className="text-ink-3">Forgotten it? An admin can make you a new link.</p>
    </form>
  );
}
