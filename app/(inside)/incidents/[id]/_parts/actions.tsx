"use client";

import { type Act, useActOnIncident } from "#components/api/act-on-incident.ts";
import type { IncidentInFull } from "#components/api/shapes.ts";
import { serverNow } from "#components/time/server-clock.ts";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Menu, MenuItem, MenuLabel, MenuLine } from "#components/ui/menu.tsx";
import { Kbd } from "#components/ui/page.tsx";

export interface PersonToAssign {
  readonly id: string;
  readonly name: string;
}

const SNOOZES = [
  ["30 minutes", 1_800],
  ["1 hour", 3_600],
  ["4 hours", 14_400],
  ["12 hours", 43_200],
  ["a day", 86_400],
] as const;

/** What can be done about it, in the order in which it makes sense. */
export function Actions({
  incident,
  people,
  onAsk,
}: {
  readonly incident: IncidentInFull;
  readonly people: readonly PersonToAssign[];
  readonly onAsk: (dialog: "acknowledge" | "resolve") => void;
}) {
  const me = useMe();
  const mutation = useActOnIncident();
  const act = (one: Act) => mutation.mutate({ id: incident.id, act: one });
  if (incident.state === "resolved") return null;
  if (!me.mayRespond) {
    return <p className="text-ink-3">You look on: acknowledging needs the role responder, yours is {me.role}.</p>;
  }
  const others = people.filter(({ id }) => id !== me.id);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Menu trigger={<Button look="quiet">Snooze</Button>}>
        <MenuLabel>Quiet for</MenuLabel>
        {SNOOZES.map(([words, seconds]) => (
          <MenuItem
            key={words}
            onSelect={() => act({ kind: "snooze", until: new Date(serverNow() + seconds * 1_000).toISOString() })}
          >
            {words}
          </MenuItem>
        ))}
      </Menu>
      <Menu trigger={<Button look="quiet">Assign</Button>}>
        <MenuItem onSelect={() => act({ kind: "assign", userId: me.id, name: me.name })}>{me.name} (you)</MenuItem>
        {others.map(({ id, name }) => (
          <MenuItem key={id} onSelect={() => act({ kind: "assign", userId: id, name })}>
            {name}
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem onSelect={() => act({ kind: "assign", userId: null, name: null })}>Nobody</MenuItem>
      </Menu>
      <Button onClick={() => onAsk("resolve")}>
        Resolve… <Kbd>R</Kbd>
      </Button>
      {incident.state === "open" ? (
        <Button look="primary" onClick={() => onAsk("acknowledge")}>
          Acknowledge <kbd className="font-sans text-[11px] opacity-75">A</kbd>
        </Button>
      ) : null}
    </div>
  );
}
