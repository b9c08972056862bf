"use client";

import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { Problem, Result } from "#lib/problem.ts";

export interface PasswordFormProps {
  readonly email: string;
  readonly hint: string;
  readonly change: (current: string, next: string) => Promise<Result<{ readonly endedSessions: number }>>;
}

type State =
  | { readonly kind: "idle" | "busy" | "away" }
  | { readonly kind: "done"; readonly endedSessions: number }
  | { readonly kind: "refused"; readonly problem: Problem };

const doneSentence = (ended: number): string =>
  ended === 0
    ? "Your password is changed."
    : `Your password is changed, and ${ended === 1 ? "one other session" : `${ended} other sessions`} ended.`;

export function PasswordForm({ email, hint, change }: PasswordFormProps) {
  const [state, setState] = useState<State>({ kind: "idle" });
  const wrong = state.kind === "refused" ? state.problem.errors : undefined;
  const errorOf = (path: string) => wrong?.find((one) => one.path === path)?.message;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    setState({ kind: "busy" });
    const answer = await change(String(given.get("current")), String(given.get("next"))).catch(() => null);
    if (!answer) return setState({ kind: "away" });
    if (!answer.ok) return setState({ kind: "refused", problem: answer.problem });
    form.reset();
    setState({ kind: "done", endedSessions: answer.value.endedSessions });
  }

  return (
    <form onSubmit={submit} method="post" className="grid gap-4">
      {/* So that a password manager knows whose it is. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Present password"
          name="current"
          type="password"
          autoComplete="current-password"
          required
          error={errorOf("current")}
        />
        <Field
          label="New password"
          name="next"
          type="password"
          autoComplete="new-password"
          required
          hint={hint}
          error={errorOf("next")}
        />
      </div>
      {state.kind === "away" ? (
        <Notice look="bad">Rollcall did not answer. Check the connection and try again.</Notice>
      ) : null}
      {state.kind === "refused" && !wrong ? (
        <Notice look="bad">
          {state.problem.message} {state.problem.doNext}
        </Notice>
      ) : null}
      {state.kind === "done" ? <Notice look="ok">{doneSentence(state.endedSessions)}</Notice> : null}
      <div>
        <Button type="submit" look="primary" busy={state.kind === "busy"}>
          Change password
        </Button>
      </div>
    </form>
  );
}
