"use client";

import { useState } from "react";
import type { Person } from "#components/api/shapes.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { Button } from "#components/ui/button.tsx";
import { Tag } from "#components/ui/page.tsx";
import { ROLES, type Role } from "#lib/access/actor.ts";
import { Sure } from "./sure.tsx";

export const ROLE_OPTIONS = ROLES.map((role) => ({ value: role, label: role }));

export interface Change {
  readonly role?: Role;
  readonly disabled?: boolean;
}

export function PersonRow({
  person,
  isMe,
  busy,
  onChange,
}: {
  readonly person: Person;
  readonly isMe: boolean;
  readonly busy: boolean;
  readonly onChange: (change: Change) => void;
}) {
  const [asking, setAsking] = useState(false);
  const disabled = person.disabledAt !== null;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-[14px] py-[9px]">
      <div className={`min-w-0 flex-1 ${disabled ? "text-ink-3" : ""}`}>
        <p className="flex flex-wrap items-center gap-2">
          <b className="font-[570] [overflow-wrap:anywhere]">{person.name}</b>
          {isMe ? <Tag>you</Tag> : null}
          {person.invited ? <Tag className="bg-late-soft text-late">invited</Tag> : null}
          {disabled ? <Tag>may not sign in</Tag> : null}
        </p>
        <p className="text-ink-2">
          {person.email}
          {person.lastSeenAt === null ? null : (
            <>
              , seen <RelativeTime at={person.lastSeenAt} />
            </>
          )}
        </p>
      </div>
      <label>
        <span className="sr-only">Role of {person.name}</span>
        <select
          value={person.role}
          disabled={busy || disabled}
          onChange={(event) => {
            const role = ROLES.find((one) => one === event.target.value);
            if (role) onChange({ role });
          }}
          className="h-[30px] rounded-m border border-line bg-surface px-2 disabled:text-ink-3"
        >
          {ROLE_OPTIONS.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </label>
      {disabled ? (
        <Button busy={busy} onClick={() => onChange({ disabled: false })} aria-label={`Let ${person.name} in again`}>
          Let in again
        </Button>
      ) : (
        <Button look="quiet" busy={busy} onClick={() => setAsking(true)} aria-label={`Disable ${person.name}`}>
          Disable
        </Button>
      )}
      {asking ? (
        <Sure
          title={`Disable ${person.name}?`}
          lead="Every session of theirs ends at once, and they cannot sign in. They can be let in again."
          act="Disable"
          onAct={() => onChange({ disabled: true })}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </li>
  );
}
