"use client";

import { type FormEvent, type ReactNode, useState } from "react";
import { type Act, useActOnIncidents } from "#components/api/act-on-incident.ts";
import type { Incident } from "#components/api/shapes.ts";
import { readLength } from "#components/time/length.ts";
import { serverNow } from "#components/time/server-clock.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select, TextArea } from "#components/ui/inputs.tsx";
import { useMe } from "#components/ui/me.tsx";

export type Asking = "acknowledge" | "snooze" | "assign" | "note" | "resolve";

export interface PersonToAssign {
  readonly id: string;
  readonly name: string;
}

interface Props {
  readonly incidents: readonly Incident[];
  /** Whether all of the outage is meant, those too that this screen does not know of. */
  readonly outage?: boolean;
  readonly onClose: () => void;
  readonly onActed?: (() => void) | undefined;
}

const subjectOf = ({ incidents }: Props): string =>
  incidents.length === 1 ? `incident ${incidents[0]?.number}` : `${incidents.length} incidents`;

function Sheet({
  title,
  lead,
  onClose,
  children,
}: {
  readonly title: string;
  readonly lead?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={title}
      lead={lead}
    >
      {children}
    </Dialog>
  );
}

function Foot({ leave, act, onClose }: { readonly leave: string; readonly act: string; readonly onClose: () => void }) {
  return (
    <div className="flex justify-end gap-2 max-sm:*:flex-1">
      <Button look="quiet" onClick={onClose}>
        {leave}
      </Button>
      <Button type="submit" look="primary">
        {act}
      </Button>
    </div>
  );
}

/** Does it and closes; the screen shows it at once, and takes it back where it is refused. */
function useDo({ incidents, onClose, onActed }: Props): (act: Act) => void {
  const acting = useActOnIncidents();
  return (act) => {
    acting.mutate({ incidents, act });
    onActed?.();
    onClose();
  };
}

const inSeconds = (seconds: number): string => new Date(serverNow() + seconds * 1_000).toISOString();

const FIXED_IN = [
  { value: "", label: "Not known yet" },
  { value: "1800", label: "in 30 minutes" },
  { value: "3600", label: "in 1 hour" },
  { value: "7200", label: "in 2 hours" },
  { value: "14400", label: "in 4 hours" },
  { value: "43200", label: "in 12 hours" },
  { value: "86400", label: "in a day" },
];

/** Takes the incident: reminders and escalation stop. */
function Acknowledge(props: Props) {
  const act = useDo(props);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const note = String(form.get("note") ?? "").trim();
    const seconds = Number(form.get("fix") ?? 0);
    act({
      kind: "acknowledge",
      ...(note === "" ? {} : { note }),
      ...(seconds > 0 ? { expectedFixAt: inSeconds(seconds) } : {}),
      ...(props.outage ? { outage: true } : {}),
    });
  }
  return (
    <Sheet
      title={`Acknowledge ${subjectOf(props)}`}
      lead="Everybody sees that you have it, and reminders stop."
      onClose={props.onClose}
    >
      <form onSubmit={submit} className="grid gap-4">
        <TextArea label="Note, if there is something to say" name="note" maxLength={5_000} rows={2} />
        <Select label="Expected to be fixed" name="fix" options={FIXED_IN} />
        <Foot leave="Not yet" act="Acknowledge" onClose={props.onClose} />
      </form>
    </Sheet>
  );
}

const SNOOZES = [
  ["30 min", 1_800],
  ["1 hour", 3_600],
  ["4 hours", 14_400],
  ["12 hours", 43_200],
  ["a day", 86_400],
  ["3 days", 259_200],
] as const;

function Snooze(props: Props) {
  const act = useDo(props);
  const [error, setError] = useState<string>();
  const snooze = (seconds: number) => act({ kind: "snooze", until: inSeconds(seconds) });
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const seconds = readLength(String(new FormData(event.currentTarget).get("length") ?? ""));
    if (seconds === null || seconds < 60) return setError("A length of a minute or more, such as 90 min or 2 h.");
    snooze(seconds);
  }
  return (
    <Sheet
      title={`Snooze ${subjectOf(props)}`}
      lead="It is acknowledged until then. If it is still wrong when the time is over, it is open again and speaks up."
      onClose={props.onClose}
    >
      <div className="grid grid-cols-3 gap-2">
        {SNOOZES.map(([words, seconds]) => (
          <Button key={words} onClick={() => snooze(seconds)} className="h-9">
            {words}
          </Button>
        ))}
      </div>
      <form onSubmit={submit} noValidate className="mt-4 flex items-start gap-2">
        <Field
          label="Another length"
          name="length"
          placeholder="90 min"
          autoComplete="off"
          error={error}
          className="flex-1"
        />
        <Button type="submit" className="mt-[22px] h-8 max-sm:h-10">
          Snooze
        </Button>
      </form>
    </Sheet>
  );
}

function Assign({ people, ...props }: Props & { readonly people: readonly PersonToAssign[] }) {
  const act = useDo(props);
  const me = useMe();
  const others = people.filter(({ id }) => id !== me.id);
  const one = (id: string | null, name: string | null, words: string) => (
    <li key={id ?? "nobody"}>
      <button
        type="button"
        onClick={() => act({ kind: "assign", userId: id, name })}
        className="flex h-10 w-full items-center rounded-m px-2 text-left hover:bg-hover max-sm:h-12"
      >
        {words}
      </button>
    </li>
  );
  return (
    <Sheet title={`Assign ${subjectOf(props)}`} lead="Who sees to it from here on." onClose={props.onClose}>
      <ul className="max-h-[50dvh] overflow-auto">
        {one(me.id, me.name, `${me.name} (you)`)}
        {others.map(({ id, name }) => one(id, name, name))}
        {one(null, null, "Nobody")}
      </ul>
    </Sheet>
  );
}

/** Most incidents resolve by themselves: whoever does it by hand says why. */
function Said({ resolve, ...props }: Props & { readonly resolve: boolean }) {
  const act = useDo(props);
  const [error, setError] = useState<string>();
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("note") ?? "").trim();
    if (text === "") return setError(resolve ? "Say in a few words why it is over." : "A note says something.");
    act(resolve ? { kind: "resolve", note: text, ...(props.outage ? { outage: true } : {}) } : { kind: "notes", text });
  }
  return (
    <Sheet
      title={resolve ? `Resolve ${subjectOf(props)}` : `A note on ${subjectOf(props)}`}
      lead={
        resolve
          ? "After this only windows that turn bad later open another one. This cannot be taken back."
          : "It stands among the events for whoever comes next."
      }
      onClose={props.onClose}
    >
      <form onSubmit={submit} noValidate className="grid gap-4">
        <TextArea label="Note" name="note" required maxLength={5_000} autoFocus error={error} />
        <Foot
          leave={resolve ? "Leave it open" : "No note"}
          act={resolve ? "Resolve" : "Add the note"}
          onClose={props.onClose}
        />
      </form>
    </Sheet>
  );
}

/** Asks for what an act needs to know, for one incident or for many. */
export function ActDialog({
  asking,
  people,
  ...props
}: Props & { readonly asking: Asking; readonly people: readonly PersonToAssign[] }) {
  switch (asking) {
    case "acknowledge":
      return <Acknowledge {...props} />;
    case "snooze":
      return <Snooze {...props} />;
    case "assign":
      return <Assign {...props} people={people} />;
    case "note":
      return <Said {...props} resolve={false} />;
    case "resolve":
      return <Said {...props} resolve />;
  }
}
