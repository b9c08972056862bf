"use client";

import { type FormEvent, useRef } from "react";
import { useActOnIncidents } from "#components/api/act-on-incident.ts";
import type { IncidentInFull } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { incidentMark } from "#components/marks/incident-mark.ts";
import type { MarkName } from "#components/marks/look.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Ticked } from "#components/marks/ticked.tsx";
import { Button } from "#components/ui/button.tsx";
import { TextArea } from "#components/ui/inputs.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Card } from "#components/ui/page.tsx";

function markOfEvent(kind: string, incident: IncidentInFull): MarkName {
  switch (kind) {
    case "opened":
    case "worsened":
    case "cause":
      return incidentMark(incident);
    case "acknowledged":
    case "snoozed":
      return "late";
    case "unacknowledged":
    case "unsnoozed":
      return "missing";
    case "excused":
      return "excused";
    case "resolved":
      return "on_time";
    default:
      return "due";
  }
}

function NoteForm({ incident }: { readonly incident: IncidentInFull }) {
  const act = useActOnIncidents();
  const form = useRef<HTMLFormElement>(null);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("text") ?? "").trim();
    if (text === "") return;
    act.mutate({ incidents: [incident], act: { kind: "notes", text } }, { onSuccess: () => form.current?.reset() });
  }
  return (
    <form ref={form} onSubmit={submit} className="mt-3 grid gap-2 border-t border-line pt-3">
      <TextArea label="Add a note" name="text" rows={2} maxLength={5_000} required />
      <div>
        <Button type="submit" busy={act.isPending}>
          Add the note
        </Button>
      </div>
    </form>
  );
}

/** What happened to the incident, the oldest first; whatever a person wrote is text. */
export function Events({ incident }: { readonly incident: IncidentInFull }) {
  const { mayRespond } = useMe();
  return (
    <Card label="Events" className="p-[14px]">
      <h2 className="mb-2 text-s font-semibold text-ink-2">Events</h2>
      <ol>
        {incident.events.map((event) => (
          <li
            key={`${event.at} ${event.kind} ${event.text}`}
            className="grid grid-cols-[66px_16px_minmax(0,1fr)] gap-2 py-[7px]"
          >
            <AbsoluteTime at={event.at} className="text-ink-3" />
            <Glyph name={markOfEvent(event.kind, incident)} className="mt-[3px]" />
            <div className="min-w-0 [overflow-wrap:anywhere]">
              {event.by === null ? null : <span className="text-ink-2">{event.by}</span>}
              <p className={event.kind === "note" ? "mt-1 rounded-m bg-sunken px-[10px] py-2 whitespace-pre-wrap" : ""}>
                {event.by === null ? <Ticked text={event.text ?? event.kind} /> : (event.text ?? event.kind)}
              </p>
            </div>
          </li>
        ))}
      </ol>
      {mayRespond ? <NoteForm incident={incident} /> : null}
    </Card>
  );
}
