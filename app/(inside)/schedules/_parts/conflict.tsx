"use client";

import { useState } from "react";
import type { Schedule } from "#components/api/shapes.ts";
import { differences, FIELDS, type FieldName, merged } from "#components/forms/schedule-diff.ts";
import { type FormValues, valuesOf } from "#components/forms/schedule-values.ts";
import { Button } from "#components/ui/button.tsx";
import { Choice } from "#components/ui/choice.tsx";
import { Dialog } from "#components/ui/dialog.tsx";

export interface ConflictProps {
  /** What one began from, what somebody else made of it meanwhile, and what is typed. */
  readonly before: Schedule;
  readonly theirs: Schedule;
  readonly mine: FormValues;
  /** Who made it, where it is known. */
  readonly by: string | null;
  readonly busy: boolean;
  readonly onSave: (values: FormValues) => void;
  readonly onClose: () => void;
}

/** Somebody else has saved meanwhile: field by field what they changed, and whose stands. */
export function Conflict({ before, theirs, mine, by, busy, onSave, onClose }: ConflictProps) {
  const [base, other] = [valuesOf(before), valuesOf(theirs)];
  const changedByMe = new Set(differences(base, mine).map(({ field }) => field));
  const changedByThem = differences(base, other);
  // What I did not touch is theirs to begin with; what I did is mine.
  const [kept, setKept] = useState<ReadonlySet<FieldName>>(changedByMe);
  const choose = (field: FieldName, whose: "mine" | "theirs") => {
    const next = new Set(kept);
    if (whose === "mine") next.add(field);
    else next.delete(field);
    setKept(next);
  };
  const mineOf = new Map(differences(other, mine).map(({ field, is }) => [field, is]));
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={`${by ?? "Somebody else"} has saved version ${theirs.version} meanwhile`}
      lead="Somebody else has saved this schedule since you opened it. Nothing of yours is stored yet, and nothing of theirs is lost. For each field that they changed, say whose value stands."
    >
      {changedByThem.length === 0 ? (
        <p className="text-ink-2">No field of this form is another than when you began.</p>
      ) : (
        <ul className="divide-y divide-line border-y border-line">
          {changedByThem.map(({ field, label, was, is }) => {
            const own = mineOf.get(field);
            return (
              <li key={field} className="grid gap-1 py-2.5">
                <div className="flex flex-wrap items-center gap-2">
                  <b className="font-[570]">{label}</b>
                  <span className="ml-auto">
                    {own === undefined ? (
                      <span className="text-ink-2">the same as yours</span>
                    ) : (
                      <Choice
                        label={`Whose ${label}`}
                        chosen={kept.has(field) ? "mine" : "theirs"}
                        options={[
                          { value: "theirs", label: "Theirs" },
                          { value: "mine", label: changedByMe.has(field) ? "Mine" : "As it was" },
                        ]}
                        onChoose={(whose) => choose(field, whose)}
                      />
                    )}
                  </span>
                </div>
                <dl className="grid grid-cols-[56px_minmax(0,1fr)] gap-x-2 text-ink-2 [overflow-wrap:anywhere]">
                  <dt className="text-ink-3">Theirs</dt>
                  <dd>{is}</dd>
                  {changedByMe.has(field) && own !== undefined ? (
                    <>
                      <dt className="text-ink-3">Mine</dt>
                      <dd>{own}</dd>
                    </>
                  ) : null}
                  <dt className="text-ink-3">It was</dt>
                  <dd>{was}</dd>
                </dl>
              </li>
            );
          })}
        </ul>
      )}
      <div className="mt-4 flex flex-wrap justify-end gap-2">
        <Button look="quiet" onClick={onClose}>
          Back to the editor
        </Button>
        <Button busy={busy} onClick={() => onSave(merged(other, mine, new Set(FIELDS)))}>
          Overwrite all of theirs
        </Button>
        <Button look="primary" busy={busy} onClick={() => onSave(merged(other, mine, kept))}>
          Save as version {theirs.version + 1}
        </Button>
      </div>
    </Dialog>
  );
}
