"use client";

import type { FieldErrors, UseFormRegister } from "react-hook-form";
import type { FormValues } from "#components/forms/schedule-values.ts";
import { Field } from "#components/ui/field.tsx";
import { TextArea } from "#components/ui/inputs.tsx";

interface MoreFieldsProps {
  readonly register: UseFormRegister<FormValues>;
  readonly errors: FieldErrors<FormValues>;
}

/** When an incident opens and ends, and who is to be told what it is. */
export function MoreFields({ register, errors }: MoreFieldsProps) {
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
      <div className="grid grid-cols-2 gap-[14px] max-sm:grid-cols-1">
        <Field label="Tags, with commas between" {...register("tags")} error={errors.tags?.message} />
        <Field label="Owner" {...register("owner")} error={errors.owner?.message} />
      </div>
      <TextArea
        label="What it does, for whoever is woken by it"
        rows={2}
        maxLength={10_000}
        {...register("description")}
        error={errors.description?.message}
      />
    </>
  );
}

const ADVANCED = ["environment", "route", "path", "alsoLate", "alsoDoubleFire"] as const;

/** What most schedules leave as it is: folded, unless something of it is set or wrong. */
export function AdvancedFields({ register, errors, before }: MoreFieldsProps & { readonly before: FormValues }) {
  const check = "flex items-center gap-2";
  const set =
    before.environment !== "production" ||
    before.route !== "" ||
    before.path !== "" ||
    before.alsoLate ||
    before.alsoDoubleFire;
  const wrong = ADVANCED.some((name) => errors[name] !== undefined);
  return (
    <details open={set || wrong} className="group">
      <summary className="w-fit text-ink-2 hover:text-ink">Environment, boundary, what else is bad</summary>
      <div className="mt-3 grid gap-[18px]">
        <div className="grid grid-cols-3 gap-[14px] max-sm:grid-cols-1">
          <Field
            label="Environment"
            {...register("environment")}
            hint="Its check-ins may name it: those of another are discarded."
            error={errors.environment?.message}
          />
          <Field
            label="Crosses the boundary"
            {...register("route")}
            placeholder="no route"
            spellCheck={false}
            hint="The name of its protected route."
            error={errors.route?.message}
          />
          <Field
            label="Path on that route"
            {...register("path")}
            placeholder="the route’s own"
            spellCheck={false}
            hint="Where one route has several."
            error={errors.path?.message}
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
      </div>
    </details>
  );
}
