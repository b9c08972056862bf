"use client";

import Link from "next/link";
import type { UseFormReturn } from "react-hook-form";
import { useConnections, useDrivers } from "#components/api/connections.ts";
import type { DriverErrors } from "#components/forms/driver-values.ts";
import type { FormValues } from "#components/forms/schedule-values.ts";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/inputs.tsx";

/** Over which connection it is reached, and which job there it is. */
export function ConnectedFields({
  form,
  errorOf,
}: {
  readonly form: UseFormReturn<FormValues>;
  readonly errorOf: DriverErrors;
}) {
  const { register, watch, setValue } = form;
  const [connection, kind] = watch(["driver.connection", "driver.connectedKind"]);
  const known = useConnections().data?.items ?? [];
  const driver = useDrivers().data?.items.find((one) => one.kind === kind);
  const options = [
    { value: "", label: "choose one" },
    ...known.map((one) => ({ value: one.name, label: `${one.name} (${one.kind})` })),
    ...(connection === "" || known.some(({ name }) => name === connection)
      ? []
      : [{ value: connection, label: `${connection} (${kind})` }]),
  ];
  return (
    <div className="grid grid-cols-2 gap-[14px] rounded-[8px] border border-line bg-surface p-4 max-sm:grid-cols-1">
      <Select
        label="Connection"
        options={options}
        hint={errorOf("connection") ?? "How Rollcall reaches the scheduler."}
        {...register("driver.connection", {
          onChange: (event: { readonly target: { readonly value: string } }) => {
            const chosen = known.find(({ name }) => name === event.target.value);
            setValue("driver.connectedKind", chosen?.kind ?? "", { shouldDirty: true });
          },
        })}
      />
      <Field
        label="The job there"
        spellCheck={false}
        autoComplete="off"
        hint={driver?.refWords ?? "its name or number, as the scheduler knows it"}
        error={errorOf("ref")}
        {...register("driver.ref")}
      />
      <p className="col-span-full text-ink-2">
        <Link href="/settings/connections" className="text-accent hover:underline">
          Connections
        </Link>{" "}
        are made in the settings; one that is asked what it has proposes schedules by itself.
      </p>
    </div>
  );
}
