"use client";

import { useActOnIncidents } from "#components/api/act-on-incident.ts";
import type { IncidentInFull } from "#components/api/shapes.ts";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Menu, MenuItem, MenuLine } from "#components/ui/menu.tsx";
import { Kbd } from "#components/ui/page.tsx";
import type { Asking } from "../../_parts/act-dialog.tsx";

interface Props {
  readonly incident: IncidentInFull;
  readonly onAsk: (asking: Asking) => void;
}

/** What takes an act back stands behind the rest: it is rare. */
function TakeBack({ incident }: { readonly incident: IncidentInFull }) {
  const acting = useActOnIncidents();
  const take = (kind: "unacknowledge" | "unsnooze") => acting.mutate({ incidents: [incident], act: { kind } });
  if (incident.state !== "acknowledged") return null;
  return (
    <>
      <MenuLine />
      {incident.snoozedUntil === null ? null : (
        <MenuItem onSelect={() => take("unsnooze")}>Take back the snooze</MenuItem>
      )}
      <MenuItem onSelect={() => take("unacknowledge")}>Take back the acknowledgement</MenuItem>
    </>
  );
}

/** What can be done about it, in the order in which it makes sense; on a phone it stands at the foot. */
export function Actions({ incident, onAsk }: Props) {
  const me = useMe();
  if (incident.state === "resolved") return null;
  if (!me.mayRespond) {
    return <p className="text-ink-3">You look on: acknowledging needs the role responder, yours is {me.role}.</p>;
  }
  return (
    <div className="flex flex-wrap items-center gap-2 max-sm:hidden">
      <Button look="quiet" onClick={() => onAsk("snooze")}>
        Snooze <Kbd>S</Kbd>
      </Button>
      <Button look="quiet" onClick={() => onAsk("assign")}>
        Assign <Kbd>I</Kbd>
      </Button>
      {incident.state === "acknowledged" ? (
        <Menu trigger={<Button look="quiet">More</Button>}>
          <MenuItem onSelect={() => onAsk("note")}>Add a note</MenuItem>
          <TakeBack incident={incident} />
        </Menu>
      ) : null}
      <Button onClick={() => onAsk("resolve")}>
        Resolve… <Kbd>R</Kbd>
      </Button>
    </div>
  );
}

/** The same where a thumb reaches it: the one thing to do next, and the rest behind one press. */
export function PhoneActions({ incident, onAsk }: Props) {
  const { mayRespond } = useMe();
  if (incident.state === "resolved" || !mayRespond) return null;
  const open = incident.state === "open";
  return (
    <div
      role="toolbar"
      aria-label="What to do"
      className="sticky bottom-0 z-20 -mx-3 mt-5 flex gap-2 border-t border-line-strong bg-surface px-3 py-2 sm:hidden"
    >
      <Button look="primary" className="flex-1" onClick={() => onAsk(open ? "acknowledge" : "note")}>
        {open ? "Acknowledge" : "Add a note"}
      </Button>
      <Button onClick={() => onAsk("snooze")}>Snooze</Button>
      <Menu trigger={<Button>More</Button>}>
        {open ? <MenuItem onSelect={() => onAsk("note")}>Add a note</MenuItem> : null}
        <MenuItem onSelect={() => onAsk("assign")}>Assign</MenuItem>
        <MenuItem onSelect={() => onAsk("resolve")}>Resolve…</MenuItem>
        <TakeBack incident={incident} />
      </Menu>
    </div>
  );
}
