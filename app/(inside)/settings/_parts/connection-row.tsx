"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { api, wordsOf } from "#components/api/client.ts";
import type { Connection, DriverKind, Proposal } from "#components/api/connections.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Tag } from "#components/ui/page.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import { CannotItems } from "./cannot-items.tsx";
import { Proposals } from "./proposals.tsx";
import { Sure } from "./sure.tsx";

const CAN: Readonly<Record<keyof DriverKind["can"], string>> = {
  history: "tells what it did",
  read: "is read",
  apply: "can be set",
  fire: "can be fired",
  discover: "says what it has",
};

/** What its driver can; what it cannot stands behind one press, with what that means. */
function Abilities({ driver }: { readonly driver: DriverKind }) {
  const can = Object.entries(CAN).filter(([name]) => driver.can[name as keyof DriverKind["can"]]);
  return (
    <details className="text-ink-2">
      <summary className="w-fit hover:text-ink">
        {can.length === 0 ? "Rollcall only watches it" : `It ${can.map(([, words]) => words).join(", ")}`}
        {driver.cannot.length === 0 ? "" : `; ${driver.cannot.length} things it cannot`}
      </summary>
      <ul className="mt-1 grid gap-1">
        <CannotItems sentences={driver.cannot} />
      </ul>
    </details>
  );
}

function Schedules({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return <span className="text-ink-3">No schedule is reached through it yet.</span>;
  return (
    <span className="text-ink-2">
      {names.slice(0, 5).map((slug, index) => (
        <span key={slug}>
          {index === 0 ? "" : ", "}
          <Link href={`/schedules/${slug}`} className="underline decoration-line-strong hover:text-ink">
            {slug}
          </Link>
        </span>
      ))}
      {names.length > 5 ? ` and ${names.length - 5} more` : ""}
    </span>
  );
}

/** One connection: what is reached through it, whether that works, and what it has to offer. */
export function ConnectionRow({
  connection,
  driver,
  onEdit,
}: {
  readonly connection: Connection;
  readonly driver: DriverKind | null;
  readonly onEdit: () => void;
}) {
  const { name, kind, schedules, failing, unreadable, version } = connection;
  const { mayAdminister } = useMe();
  const client = useQueryClient();
  const [deleting, setDeleting] = useState(false);
  const discover = useMutation({
    mutationFn: () => api<{ readonly items: readonly Proposal[] }>(`/connections/${name}/discover`, { method: "POST" }),
  });
  const remove = useMutation({
    mutationFn: () => api<null>(`/connections/${name}`, { method: "DELETE", ifMatch: version }),
    onSuccess: () => toast.success(`Deleted: ${name}`),
    onError: (thrown) => toast.error(wordsOf(thrown)),
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.connections() }),
  });
  return (
    <li className="grid gap-2 px-[14px] py-3">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <div className="min-w-[240px] flex-1">
          <p className="flex flex-wrap items-baseline gap-x-2">
            <b className="font-[570]">{name}</b>
            <Tag>{driver?.label ?? kind}</Tag>
          </p>
          <Schedules names={schedules} />
        </div>
        {mayAdminister ? (
          <div className="flex gap-1.5 max-sm:grid max-sm:w-full max-sm:grid-cols-2">
            {driver?.can.discover ? (
              <Button
                busy={discover.isPending}
                onClick={() => discover.mutate()}
                aria-label={`Ask what it has: ${name}`}
                className="max-sm:col-span-2"
              >
                {discover.isPending ? "Asking…" : "Ask what it has"}
              </Button>
            ) : null}
            <Button look="quiet" onClick={onEdit} aria-label={`Edit ${name}`}>
              Edit
            </Button>
            <Button look="quiet" onClick={() => setDeleting(true)} aria-label={`Delete ${name}`}>
              Delete
            </Button>
          </div>
        ) : null}
      </div>
      {unreadable ? (
        <Notice look="bad">
          Its secrets were stored under another ROLLCALL_SECRET and cannot be opened: give them anew, or start Rollcall
          with the old one.
        </Notice>
      ) : null}
      {failing ? (
        <p role="alert" className="flex items-start gap-2 rounded-m bg-bad-soft px-3 py-2">
          <Glyph name="failed" className="mt-[3px]" />
          <span>
            {failing.problem} <span className="text-ink-2">So it is since </span>
            <RelativeTime at={failing.since} />
            <span className="text-ink-2">, for {failing.schedules.join(", ")}.</span>
          </span>
        </p>
      ) : null}
      {driver ? <Abilities driver={driver} /> : null}
      {discover.isError ? <Notice look="bad">{wordsOf(discover.error)}</Notice> : null}
      {discover.data ? (
        <Proposals
          key={discover.submittedAt}
          connection={name}
          proposals={discover.data.items}
          onClose={() => discover.reset()}
        />
      ) : null}
      {deleting ? (
        <Sure
          title={`Delete ${name}?`}
          lead="Its secrets are gone for good. It can only go while no schedule is reached through it."
          act="Delete"
          onAct={() => remove.mutate()}
          onClose={() => setDeleting(false)}
        />
      ) : null}
    </li>
  );
}
