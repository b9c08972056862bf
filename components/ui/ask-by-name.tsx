"use client";

import { type ReactNode, useState } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { Field } from "./field.tsx";

/** Asks for the name of what is given up, for what nobody should do by a slip. */
export function AskByName({
  title,
  lead,
  name,
  verb,
  keep = "Keep it",
  busy = false,
  children,
  onConfirm,
  onClose,
}: {
  readonly title: string;
  /** What comes of it. */
  readonly lead: string;
  /** What has to be written. */
  readonly name: string;
  /** What the button says. */
  readonly verb: string;
  /** What the button says that changes nothing. */
  readonly keep?: string;
  readonly busy?: boolean;
  /** What else there is to see before it is done. */
  readonly children?: ReactNode;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}) {
  const [typed, setTyped] = useState("");
  return (
    <Dialog open onOpenChange={(open) => (open ? undefined : onClose())} title={title} lead={lead}>
      <form
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed === name) onConfirm();
        }}
      >
        {children}
        <Field
          label={`Write ${name} to be sure`}
          value={typed}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {keep}
          </Button>
          <Button type="submit" look="primary" busy={busy} disabled={typed !== name}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
