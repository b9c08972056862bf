"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, Fragment, useRef, useState } from "react";
import { api, isApiProblem, wordsOf } from "#components/api/client.ts";
import type { Key, List } from "#components/api/shapes.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/inputs.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Tag, Waiting } from "#components/ui/page.tsx";
import { ShownOnce } from "#components/ui/shown-once.tsx";
import { toast } from "#components/ui/toast.ts";
import { Sure } from "./sure.tsx";

const KEYS = ["keys"];

const SCOPES = ["read", "write", "report"] as const;
const MAY: Readonly<Record<(typeof SCOPES)[number], string>> = {
  read: "sees everything but secrets, and changes nothing: for a dashboard or an export",
  write: "does what an admin may, but for people and keys: for Terraform, CI and deploy hooks",
  report: "sends check-ins, decisions and drains, and reads nothing: for gates and jobs",
};

/** What programs sign in with. */
export function Keys() {
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const [text, setText] = useState<{ readonly name: string; readonly key: string } | null>(null);
  const list = useQuery({ queryKey: KEYS, queryFn: ({ signal }) => api<List<Key>>("/keys?limit=1000", { signal }) });
  const make = useMutation({
    mutationFn: (body: { readonly name: string; readonly scope: string }) =>
      api<Key & { readonly key: string }>("/keys", { method: "POST", body }),
    onSuccess: (made) => {
      setText({ name: made.name, key: made.key });
      form.current?.reset();
      return client.invalidateQueries({ queryKey: KEYS });
    },
  });
  const revoke = useMutation({
    mutationFn: (key: Key) => api<null>(`/keys/${key.id}`, { method: "DELETE" }),
    onSuccess: (_, key) => {
      toast.success(`Revoked: ${key.name}`);
      return client.invalidateQueries({ queryKey: KEYS });
    },
    onError: (thrown) => toast.error(wordsOf(thrown)),
  });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    make.mutate({ name: String(given.get("name") ?? "").trim(), scope: String(given.get("scope")) });
  }
  const nameError =
    make.isError && isApiProblem(make.error)
      ? make.error.errors.find(({ path }) => path === "name")?.message
      : undefined;
  return (
    <div className="grid max-w-[760px] gap-4">
      <form
        ref={form}
        onSubmit={submit}
        className="grid grid-cols-[1fr_160px_auto] items-end gap-3 rounded-[8px] border border-line bg-surface p-4 max-sm:grid-cols-1"
      >
        <Field
          label="Name of a new key"
          name="name"
          required
          maxLength={60}
          placeholder="terraform"
          error={nameError}
        />
        <Select label="Scope" name="scope" options={SCOPES.map((scope) => ({ value: scope, label: scope }))} />
        <Button type="submit" look="primary" className="h-8" busy={make.isPending}>
          Make a key
        </Button>
        <dl className="col-span-full grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-ink-2">
          {SCOPES.map((scope) => (
            <Fragment key={scope}>
              <dt className="font-medium text-ink">{scope}</dt>
              <dd>{MAY[scope]}</dd>
            </Fragment>
          ))}
        </dl>
      </form>
      {make.isError && nameError === undefined ? <Notice look="bad">{wordsOf(make.error)}</Notice> : null}
      {list.isError ? <Notice look="bad">{wordsOf(list.error)}</Notice> : null}
      {list.isPending ? <Waiting rows={3} /> : null}
      {list.data?.items.length === 0 ? <Notice>There is no key yet.</Notice> : null}
      {list.data && list.data.items.length > 0 ? (
        <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface">
          {list.data.items.map((key) => (
            <li key={key.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-[14px] py-[9px]">
              <b className="font-[570] [overflow-wrap:anywhere]">{key.name}</b>
              <Tag>{key.scope}</Tag>
              {key.prefix === "" ? null : <code className="font-mono text-s text-ink-2">{key.prefix}…</code>}
              <span className="text-ink-2">
                by {key.createdBy}, <RelativeTime at={key.createdAt} />
              </span>
              <span className="ml-auto text-ink-3">
                {key.lastUsedAt === null ? (
                  "never used"
                ) : (
                  <>
                    used <RelativeTime at={key.lastUsedAt} />
                  </>
                )}
              </span>
              <Button look="quiet" onClick={() => setRevoking(key)} aria-label={`Revoke ${key.name}`}>
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      {text ? (
        <ShownOnce
          title={`Key ${text.name}`}
          lead="This is the only time that it is shown. Rollcall keeps no copy that it could show again."
          label="API key"
          text={text.key}
          onClose={() => setText(null)}
        />
      ) : null}
      {revoking ? (
        <Sure
          title={`Revoke ${revoking.name}?`}
          lead="Whatever uses it is refused from now on. It cannot be brought back."
          act="Revoke"
          onAct={() => revoke.mutate(revoking)}
          onClose={() => setRevoking(null)}
        />
      ) : null}
    </div>
  );
}
