"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { api, isApiProblem, wordsOf } from "#components/api/client.ts";
import type { List, Person } from "#components/api/shapes.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/inputs.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Waiting } from "#components/ui/page.tsx";
import { ShownOnce } from "#components/ui/shown-once.tsx";
import { toast } from "#components/ui/toast.ts";
import { type Change, PersonRow, ROLE_OPTIONS } from "./person-row.tsx";
import { RolesTable } from "./roles-table.tsx";

const PEOPLE = ["people"];

/** Who may come in, and as what. */
export function People() {
  const me = useMe();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [link, setLink] = useState<{ readonly name: string; readonly link: string } | null>(null);
  const list = useQuery({
    queryKey: PEOPLE,
    queryFn: ({ signal }) => api<List<Person>>("/people?limit=1000", { signal }),
  });
  const invite = useMutation({
    mutationFn: (body: { readonly email: string; readonly name: string; readonly role: string }) =>
      api<Person & { readonly link: string }>("/people", { method: "POST", body }),
    onSuccess: (made) => {
      setLink({ name: made.name, link: made.link });
      form.current?.reset();
      return client.invalidateQueries({ queryKey: PEOPLE });
    },
  });
  const change = useMutation({
    mutationFn: ({ person, change: body }: { readonly person: Person; readonly change: Change }) =>
      api<Person>(`/people/${person.id}`, { method: "PATCH", body, ifMatch: person.version }),
    onSuccess: (person) => {
      toast.success(`Changed: ${person.name}`);
    },
    onError: (thrown) => toast.error(wordsOf(thrown)),
    onSettled: () => client.invalidateQueries({ queryKey: PEOPLE }),
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    invite.mutate({ email: text("email"), name: text("name"), role: text("role") });
  }
  const errorOf = (path: string): string | undefined =>
    invite.isError && isApiProblem(invite.error)
      ? invite.error.errors.find((one) => one.path === path)?.message
      : undefined;
  const placed = errorOf("email") ?? errorOf("name");
  return (
    <div className="grid max-w-[860px] gap-4">
      <form
        ref={form}
        onSubmit={submit}
        className="grid grid-cols-[1fr_1fr_160px_auto] items-end gap-3 rounded-[8px] border border-line bg-surface p-4 max-sm:grid-cols-1"
      >
        <Field label="E-mail" name="email" type="email" required autoComplete="off" error={errorOf("email")} />
        <Field label="Name" name="name" required maxLength={100} autoComplete="off" error={errorOf("name")} />
        <Select label="Role" name="role" options={ROLE_OPTIONS} defaultValue="responder" />
        <Button type="submit" look="primary" className="h-8" busy={invite.isPending}>
          Invite
        </Button>
      </form>
      {invite.isError && placed === undefined ? <Notice look="bad">{wordsOf(invite.error)}</Notice> : null}
      {list.isError ? <Notice look="bad">{wordsOf(list.error)}</Notice> : null}
      {list.isPending ? <Waiting rows={3} /> : null}
      {list.data ? (
        <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface">
          {list.data.items.map((person) => (
            <PersonRow
              key={person.id}
              person={person}
              isMe={person.id === me.id}
              busy={change.isPending}
              onChange={(one) => change.mutate({ person, change: one })}
            />
          ))}
        </ul>
      ) : null}
      <RolesTable />
      {link ? (
        <ShownOnce
          title={`${link.name} is invited`}
          lead="Give them this link: with it they choose a password. It works once, and is shown this once."
          label="Invitation"
          text={link.link}
          onClose={() => setLink(null)}
        />
      ) : null}
    </div>
  );
}
