"use client";

import { type InputHTMLAttributes, useState } from "react";
import type { SecretMark } from "#components/api/boundary.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";

/** A secret goes in and never comes out: what is shown is that it is set, and since when. */
export function SecretField({
  label,
  mark,
  optional,
  removed,
  hint,
  error,
  onRemove,
  onKeep,
  ...input
}: {
  readonly label: string;
  /** Of the one that is stored; `null`: there is none. */
  readonly mark: SecretMark | null;
  readonly optional: boolean;
  readonly removed: boolean;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly onRemove: () => void;
  /** Nothing that was typed counts any more. */
  readonly onKeep: () => void;
} & InputHTMLAttributes<HTMLInputElement>) {
  const [replacing, setReplacing] = useState(false);
  const isSet = mark?.set === true;
  if (removed || (isSet && !replacing && error === undefined)) {
    return (
      <fieldset className="min-w-0" aria-label={label}>
        <div className="mb-1 text-ink-2 first-letter:uppercase">{label}</div>
        <div className="flex min-h-8 flex-wrap items-center gap-2 rounded-m border border-line bg-sunken px-[10px] py-1">
          <span className="min-w-0 flex-1">
            {removed ? (
              "It is taken away when you save."
            ) : (
              <>
                Set, {mark?.length ?? "?"} characters
                {mark?.updatedAt === undefined ? null : (
                  <>
                    , updated <RelativeTime at={mark.updatedAt} />
                  </>
                )}
              </>
            )}
          </span>
          {removed ? (
            <Button look="quiet" className="h-6 px-2 max-sm:h-9" onClick={onKeep} aria-label={`Keep: ${label}`}>
              Keep it
            </Button>
          ) : (
            <>
              <Button
                className="h-6 px-2 max-sm:h-9"
                onClick={() => setReplacing(true)}
                aria-label={`Replace: ${label}`}
              >
                Replace
              </Button>
              {optional ? (
                <Button
                  look="quiet"
                  className="h-6 px-2 max-sm:h-9"
                  onClick={onRemove}
                  aria-label={`Take away: ${label}`}
                >
                  Take away
                </Button>
              ) : null}
            </>
          )}
        </div>
      </fieldset>
    );
  }
  return (
    <div className="flex items-end gap-2">
      <Field
        {...input}
        label={label}
        type="password"
        autoComplete="new-password"
        spellCheck={false}
        error={error}
        hint={hint}
        className="min-w-0 flex-1 [&>label]:first-letter:uppercase"
        autoFocus={replacing}
      />
      {isSet ? (
        <Button
          look="quiet"
          className="mb-px h-8 max-sm:h-10"
          aria-label={`Keep: ${label}`}
          onClick={() => {
            setReplacing(false);
            onKeep();
          }}
        >
          Keep the old one
        </Button>
      ) : null}
    </div>
  );
}
