"use client";

import { type UseFormReturn, useFieldArray } from "react-hook-form";
import type { HeaderValues } from "#components/forms/driver-values.ts";
import type { FormValues } from "#components/forms/schedule-values.ts";
import { Button } from "#components/ui/button.tsx";
import { Icon } from "#components/ui/icon.tsx";

const BOX =
  "h-8 w-full min-w-0 rounded-m border border-line-strong bg-surface px-[10px] font-mono text-s max-sm:h-10 max-sm:text-[16px]";

/** Header fields of the call. What holds a secret by its name goes in and never comes out. */
export function TargetHeaders({
  form,
  error,
}: {
  readonly form: UseFormReturn<FormValues>;
  readonly error: string | undefined;
}) {
  const { control, register, watch } = form;
  // The library's own type has no room for lists that are readonly.
  const { fields, append, remove } = useFieldArray({ control, name: "driver.headers" as never });
  const headers = watch("driver.headers");
  const empty: HeaderValues = { name: "", value: "", kept: null };
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-ink-2">Headers</legend>
      {fields.map(({ id }, index) => {
        const kept = headers[index]?.kept ?? null;
        const name = headers[index]?.name || `header ${index + 1}`;
        return (
          <div key={id} className="grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)_auto] gap-2">
            <input
              aria-label={`Name of header ${index + 1}`}
              placeholder="x-tenant"
              spellCheck={false}
              autoComplete="off"
              readOnly={kept !== null}
              className={`${BOX} read-only:bg-sunken read-only:text-ink-2`}
              {...register(`driver.headers.${index}.name`)}
            />
            <input
              aria-label={`Value of ${name}`}
              placeholder={kept === null ? "" : `set, ${kept} characters: stays unless you type`}
              spellCheck={false}
              autoComplete="off"
              className={BOX}
              {...register(`driver.headers.${index}.value`)}
            />
            <Button look="quiet" className="h-8 px-2" aria-label={`Take away: ${name}`} onClick={() => remove(index)}>
              <Icon name="close" />
            </Button>
          </div>
        );
      })}
      <div>
        <Button look="quiet" className="-ml-2" onClick={() => append(empty as never)}>
          <Icon name="plus" /> Add a header
        </Button>
      </div>
      {error === undefined ? null : <p className="text-bad first-letter:uppercase">{error}</p>}
    </fieldset>
  );
}
