"use client";

import type { FieldErrors, UseFormRegister } from "react-hook-form";
import type { FormValues } from "#components/forms/schedule-values.ts";
import { Field } from "#components/ui/field.tsx";
import { TextArea } from "#components/ui/inputs.tsx";

/** What most schedules leave as it is. */
export function MoreFields({
  register,
  errors,
  isNew,
}: {
  readonly register: UseFormRegister<FormValues>;
  readonly errors: FieldErrors<FormValues>;
  readonly isNew: boolean;
}) {
  const check = "flex items-center gap-2";
  return (
    <>
      <div className="grid grid-cols-3 gap-[14px] max-sm:grid-cols-1">
        <Field
          label="Early by"
          {...register("early")}
          placeholder="a tenth, 5 min at most"
          error={errors.early?.message}
        />
        <Field
          label="Open an incident after"
          inputMode="numeric"
          {...register("missThreshold")}
          hint="bad windows in a row"
          error={errors.missThreshold?.message}
        />
        <Field
          label="Resolve it after"
          inputMode="numeric"
          {...register("recoverThreshold")}
          hint="good windows in a row"
          error={errors.recoverThreshold?.message}
        />
      </div>
      <fieldset className="flex flex-wrap gap-x-5 gap-y-1">
        <legend className="mb-1 text-ink-2">Bad are missing, failed and overrun; and besides</legend>
        <label className={check}>
          <input type="checkbox" {...register("alsoLate")} className="accent-(--accent)" /> late
        </label>
        <label className={check}>
          <input type="checkbox" {...register("alsoDoubleFire")} className="accent-(--accent)" /> fired twice
        </label>
      </fieldset>
      <div className="grid grid-cols-3 gap-[14px] max-sm:grid-cols-1">
        <Field label="Tags, with commas between" {...register("tags")} error={errors.tags?.message} />
        <Field label="Environment" {...register("environment")} error={errors.environment?.message} />
        <Field label="Owner" {...register("owner")} error={errors.owner?.message} />
      </div>
      <TextArea
        label="What it does, for whoever is woken by it"
        rows={2}
        maxLength={10_000}
        {...register("description")}
        error={errors.description?.message}
      />
      {isNew ? null : (
        <Field
          label="Why this change, for its history"
          {...register("reason")}
          maxLength={500}
          error={errors.reason?.message}
        />
      )}
    </>
  );
}
