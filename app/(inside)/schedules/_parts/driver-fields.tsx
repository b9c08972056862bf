"use client";

import { get, type UseFormReturn } from "react-hook-form";
import type { Schedule } from "#components/api/shapes.ts";
import type { DriverErrors, FiredBy } from "#components/forms/driver-values.ts";
import type { FormValues } from "#components/forms/schedule-values.ts";
import { Choice } from "#components/ui/choice.tsx";
import { ConnectedFields } from "./connected-fields.tsx";
import { TargetFields } from "./target-fields.tsx";

const CHOICES: readonly { readonly value: FiredBy; readonly label: string }[] = [
  { value: "external", label: "Somebody else" },
  { value: "rollcall", label: "Rollcall" },
  { value: "connected", label: "A connected scheduler" },
];

const TOLD: Readonly<Record<FiredBy, string>> = {
  external: "Something else fires it, and Rollcall watches what comes in.",
  rollcall: "Rollcall calls an address at each expected time, and can run it now or accelerate it.",
  connected: "Rollcall reads what the scheduler did, and where the platform lets it, sets and fires the job there.",
};

/** Who fires it, and how. */
export function DriverFields({
  form,
  before,
}: {
  readonly form: UseFormReturn<FormValues>;
  readonly before: Schedule | null;
}) {
  const { watch, setValue, formState } = form;
  const by = watch("driver.by");
  const errorOf: DriverErrors = (name) =>
    (get(formState.errors, `driver.${name}`) as { readonly message?: string } | undefined)?.message;
  return (
    <section aria-label="Who fires it" className="grid gap-[14px]">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <span className="text-ink-2">Fired by</span>
        <Choice
          label="Fired by"
          options={CHOICES}
          chosen={by}
          onChoose={(value) => setValue("driver.by", value, { shouldDirty: true })}
        />
      </div>
      <p className="text-ink-2">{TOLD[by]}</p>
      {by === "rollcall" ? <TargetFields form={form} errorOf={errorOf} before={before} /> : null}
      {by === "connected" ? <ConnectedFields form={form} errorOf={errorOf} /> : null}
    </section>
  );
}
