"use client";

import { useId } from "react";
import type { FieldErrors, UseFormRegister } from "react-hook-form";
import { type Route, useRoutes } from "#components/api/boundary.ts";
import type { FormValues } from "#components/forms/schedule-values.ts";
import { Field } from "#components/ui/field.tsx";
import { Select, TextArea } from "#components/ui/inputs.tsx";

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

/** Every route, and the one that is chosen though it is gone or not read yet. */
function routeOptions(routes: readonly Route[], chosen: string) {
  const names = new Set(routes.map(({ name }) => name));
  if (chosen !== "") names.add(chosen);
  return [{ value: "", label: "no route" }, ...[...names].sort().map((name) => ({ value: name, label: name }))];
}

const pathOf = (route: Route | null): string | null =>
  route === null || route.url === null ? null : new URL(route.url).pathname;

const ADVANCED = ["environment", "route", "path", "alsoLate", "alsoDoubleFire"] as const;

/** What most schedules leave as it is: folded, unless something of it is set or wrong. */
export function AdvancedFields({
  register,
  errors,
  before,
  route,
}: MoreFieldsProps & { readonly before: FormValues /** The one that is chosen. */; readonly route: string }) {
  const routes = useRoutes().data?.items ?? [];
  const paths = useId();
  const own = pathOf(routes.find(({ name }) => name === route) ?? null);
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
          <Select
            label="Crosses the boundary"
            {...register("route")}
            options={routeOptions(routes, route)}
            hint={errors.route?.message ?? "The protected route in front of it."}
          />
          <Field
            label="Path on that route"
            {...register("path")}
            list={paths}
            placeholder={own ?? "the route’s own"}
            disabled={route === ""}
            spellCheck={false}
            hint="Where one route has several."
            error={errors.path?.message}
          />
          <datalist id={paths}>{own === null ? null : <option value={own} />}</datalist>
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
