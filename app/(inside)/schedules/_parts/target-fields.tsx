"use client";

import { useEffect } from "react";
import type { UseFormReturn } from "react-hook-form";
import { type Route, useRoutes } from "#components/api/boundary.ts";
import type { Schedule } from "#components/api/shapes.ts";
import { labelOf } from "#components/boundary/contract-words.ts";
import type { DriverErrors } from "#components/forms/driver-values.ts";
import type { FormValues } from "#components/forms/schedule-values.ts";
import { Field } from "#components/ui/field.tsx";
import { Select, TextArea } from "#components/ui/inputs.tsx";
import { TargetHeaders } from "./target-headers.tsx";

const options = (...all: readonly (readonly [value: string, label: string])[]) =>
  all.map(([value, label]) => ({ value, label }));

const METHODS = ["POST", "GET", "PUT", "PATCH", "DELETE", "HEAD"].map((value) => ({ value, label: value }));
/** No contract of a route is called so. */
const NO_PROOF = "none";
const OVERLAPS = options(
  ["allow", "fires all the same"],
  ["skip", "leaves that time out"],
  ["wait", "waits until it has ended"],
);
const CATCH_UPS = options(["skip", "is left out"], ["run", "is run once, inside its grace"]);
const RUNS = options(["answer", "The answer is the run"], ["check-in", "The application checks in itself"]);

/** The ways to prove oneself that a route has a secret for: the platform's own before the gate's. */
const kindsOf = ({ caller, contract, manual }: Route): readonly string[] => [
  ...new Set([caller, contract, manual].flatMap((one) => (one ? [one.kind] : []))),
];

/** What Rollcall calls at each expected time. */
export function TargetFields({
  form,
  errorOf,
  before,
}: {
  readonly form: UseFormReturn<FormValues>;
  readonly errorOf: DriverErrors;
  readonly before: Schedule | null;
}) {
  const { register, watch, setValue, formState } = form;
  const [contract, name, runs] = watch(["driver.contract", "route", "driver.runs"]);
  const unusual = before?.driver.kind === "rollcall";
  const route = useRoutes().data?.items.find((one) => one.name === name);
  const kinds = route ? kindsOf(route) : [];
  const [first] = kinds;
  const touched = formState.dirtyFields.driver?.contract === true || before?.driver.kind === "rollcall";
  // Whoever calls it best does as its own platform does.
  useEffect(() => {
    if (!touched && first !== undefined && contract !== first) setValue("driver.contract", first);
  }, [touched, first, contract, setValue]);
  const proves = kinds.includes(contract);
  const contracts = [
    ...kinds.map((value) => ({ value, label: labelOf(value) })),
    { value: proves ? NO_PROOF : contract, label: "nothing but its headers" },
  ];
  return (
    <div className="grid gap-[14px] rounded-[8px] border border-line bg-surface p-4">
      <div className="grid grid-cols-[110px_minmax(0,1fr)] gap-[14px] max-sm:grid-cols-1">
        <Select label="Method" options={METHODS} {...register("driver.method")} />
        <Field
          label="Address"
          type="url"
          placeholder="https://app.example.com/api/cron/nightly"
          spellCheck={false}
          autoComplete="off"
          error={errorOf("url")}
          {...register("driver.url")}
        />
      </div>
      <div className="grid grid-cols-2 gap-[14px] max-sm:grid-cols-1">
        <Select
          label="It proves itself as"
          options={contracts}
          hint={
            name === ""
              ? "With a secret of the protected route in front of it: choose one below, under “boundary”."
              : proves
                ? `With the secret of ${name}.`
                : `${name} lets in only what proves itself.`
          }
          {...register("driver.contract")}
        />
        <Select
          label="What counts as its run"
          options={RUNS}
          hint={
            runs === "answer" ? "A success code is a good run, another a failed one." : "An answer is only an attempt."
          }
          {...register("driver.runs")}
        />
      </div>
      <TargetHeaders form={form} error={errorOf("headers")} />
      <TextArea
        label="Body"
        rows={2}
        spellCheck={false}
        className="[&>textarea]:font-mono [&>textarea]:text-s"
        error={errorOf("body")}
        {...register("driver.body")}
      />
      <details open={unusual} className="group">
        <summary className="w-fit text-ink-2 hover:text-ink">Time-out, success codes, retries, overlap</summary>
        <div className="mt-3 grid gap-[14px]">
          <div className="grid grid-cols-3 gap-[14px] max-sm:grid-cols-1">
            <Field label="Gives up after" error={errorOf("timeout")} {...register("driver.timeout")} />
            <Field
              label="Success codes"
              placeholder="200-299"
              error={errorOf("successCodes")}
              {...register("driver.successCodes")}
            />
            <Field
              label="Retries"
              inputMode="numeric"
              hint="When no answer came."
              error={errorOf("retries")}
              {...register("driver.retries")}
            />
          </div>
          <div className="grid grid-cols-2 gap-[14px] max-sm:grid-cols-1">
            <Select label="While its last run goes on, it" options={OVERLAPS} {...register("driver.overlap")} />
            <Select label="A time missed while Rollcall was down" options={CATCH_UPS} {...register("driver.catchUp")} />
          </div>
          <label className="flex items-start gap-2">
            <input type="checkbox" {...register("driver.allowPrivateNetwork")} className="mt-[3px] accent-(--accent)" />
            <span>
              Its address may lie in a private network
              <span className="block text-ink-2">
                Rollcall calls no address of its own network by itself. Allow it where the target really is inside.
              </span>
            </span>
          </label>
        </div>
      </details>
    </div>
  );
}
