"use client";

import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Problem, Result } from "#lib/problem.ts";

export interface LinkFormProps {
  readonly token: string;
  readonly link: {
    readonly kind: "setup" | "invitation" | "reset";
    readonly email: string | null;
    readonly name: string | null;
  };
  /** What a password has to be. */
  readonly hint: string;
  readonly accept: (input: {
    readonly token: string;
    readonly name?: string;
    readonly email?: string;
    readonly password: string;
  }) => Promise<Result<{ readonly email: string }>>;
}

const AWAY = "Rollcall did not answer. Check the connection and try again.";
const BUTTON = { setup: "Make the account", invitation: "Come in", reset: "Save and sign in" } as const;

export function LinkForm({ token, link, hint, accept }: LinkFormProps) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Problem | string | null>(null);
  const wrong = typeof refusal === "object" ? refusal?.errors : undefined;
  const errorOf = (path: string) => wrong?.find((one) => one.path === path)?.message;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const password = text("password");
    setBusy(true);
    setRefusal(null);
    const accepted = await accept({
      ...{ token, password },
      ...(link.kind === "reset" ? {} : { name: text("name") }),
      ...(link.kind === "setup" ? { email: text("email") } : {}),
    }).catch(() => null);
    if (accepted?.ok) {
      const { email } = accepted.value;
      const signedIn = await signIn("credentials", { email, password, redirect: false }).catch(() => undefined);
      // Who made the first account goes on to the first schedule.
      const inside = link.kind === "setup" ? "/first-run" : "/";
      return window.location.assign(signedIn?.ok ? inside : `/sign-in?next=${encodeURIComponent(inside)}`);
    }
    setRefusal(accepted?.problem ?? AWAY);
    setBusy(false);
  }

  return (
    <form onSubmit={submit} method="post" className="grid gap-4">
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        required
        readOnly={link.kind !== "setup"}
        autoFocus={link.kind === "setup"}
        defaultValue={link.email ?? ""}
        error={errorOf("email")}
      />
      {link.kind === "reset" ? null : (
        <Field
          label="Name"
          name="name"
          autoComplete="name"
          required
          maxLength={100}
          defaultValue={link.name ?? ""}
          error={errorOf("name")}
        />
      )}
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        autoFocus={link.kind !== "setup"}
        hint={hint}
        error={errorOf("password")}
      />
      {refusal === null || wrong ? null : (
        <Notice look="bad">{typeof refusal === "string" ? refusal : `${refusal.message} ${refusal.doNext}`}</Notice>
      )}
      <div>
        <Button type="submit" look="primary" busy={busy}>
          {BUTTON[link.kind]}
        </Button>
      </div>
    </form>
  );
}
