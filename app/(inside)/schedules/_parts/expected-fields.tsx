"use client";

import { useId } from "react";
import type { UseFormReturn } from "react-hook-form";
import type { Warning } from "#components/api/shapes.ts";
import type { FormValues, SpecKind } from "#components/forms/schedule-values.ts";
import { Choice } from "#components/ui/choice.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/inputs.tsx";
import { DIALECT_OPTIONS } from "./dialects.ts";
import { Warned } from "./warned.tsx";

const KINDS: readonly { readonly value: SpecKind; readonly label: string }[] = [
  { value: "cron", label: "Cron" },
  { value: "interval", label: "Interval" },
  { value: "rolling", label: "At most every" },
  { value: "at", label: "Once" },
];

export interface ExpectedFieldsProps {
  readonly form: UseFormReturn<FormValues>;
  readonly isNew: boolean;
  /** The spec in words, once there is one. */
  readonly sentence: string | null;
  readonly warnings: readonly Warning[];
  readonly expressionError: string | undefined;
  readonly zones: readonly string[];
}

function Expression({ form, expressionError: error }: Pick<ExpectedFieldsProps, "form" | "expressionError">) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="sr-only">
        Cron expression
      </label>
      <input
        id={id}
        {...form.register("expression")}
        placeholder="*/5 * * * *"
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
        className="h-11 w-full rounded-m border border-line-strong bg-surface px-3 font-mono text-[18px] font-medium tracking-[.04em] placeholder:text-ink-3 aria-invalid:border-bad"
      />
      {error === undefined ? null : (
        <p id={`${id}-note`} className="mt-1.5 text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

/** When it ought to run: live while one types. */
export function ExpectedFields({ form, isNew, sentence, warnings, expressionError, zones }: ExpectedFieldsProps) {
  const { register, watch, setValue, formState } = form;
  const { errors } = formState;
  const kind = watch("kind");
  const list = useId();
  return (
    <>
      <div className="grid grid-cols-2 gap-[14px] max-sm:grid-cols-1">
        <Field label="Name" {...register("name")} autoFocus={isNew} maxLength={200} error={errors.name?.message} />
        <Field
          label="Short name, for addresses"
          {...register("slug")}
          readOnly={!isNew}
          maxLength={100}
          spellCheck={false}
          error={errors.slug?.message}
        />
      </div>
      <fieldset className="grid min-w-0 gap-2">
        <legend className="mb-1 text-ink-2">Expected</legend>
        <div className="flex flex-wrap items-end gap-2">
          <Choice
            label="Kind"
            options={KINDS}
            chosen={kind}
            onChoose={(value) => setValue("kind", value, { shouldDirty: true })}
          />
          {kind === "cron" ? (
            <Select
              label="Read as"
              className="ml-auto flex items-center gap-2 [&_label]:mb-0 [&_label]:whitespace-nowrap"
              options={DIALECT_OPTIONS}
              {...register("dialect")}
            />
          ) : null}
        </div>
        {kind === "cron" ? <Expression form={form} expressionError={expressionError} /> : null}
        {kind === "interval" || kind === "rolling" ? (
          <Field
            label={kind === "interval" ? "Every" : "At most this long after the last run started"}
            {...register("every")}
            error={errors.every?.message ?? (expressionError === undefined ? undefined : expressionError)}
          />
        ) : null}
        {kind === "at" ? (
          <Field
            label="On the clock of the zone below"
            type="datetime-local"
            {...register("at")}
            error={errors.at?.message ?? (expressionError === undefined ? undefined : expressionError)}
          />
        ) : null}
        <p className="min-h-[1.45em] text-ink-2" aria-live="polite">
          {expressionError === undefined ? (sentence ?? "") : ""}
        </p>
      </fieldset>
      {warnings.length === 0 ? null : (
        <ul className="grid gap-2" aria-label="Warnings">
          {warnings.map((warning) => (
            <Warned key={`${warning.code} ${warning.message}`} warning={warning} form={form} />
          ))}
        </ul>
      )}
      <div className="grid grid-cols-3 gap-[14px] max-sm:grid-cols-1">
        <Field
          label="Zone"
          {...register("timezone")}
          list={list}
          spellCheck={false}
          error={errors.timezone?.message}
          autoComplete="off"
        />
        <datalist id={list}>
          {zones.map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <Field label="Grace" {...register("grace")} hint="It may start so late." error={errors.grace?.message} />
        <Field
          label="Longest run"
          {...register("maxRuntime")}
          placeholder="until the next one"
          error={errors.maxRuntime?.message}
        />
      </div>
    </>
  );
}
