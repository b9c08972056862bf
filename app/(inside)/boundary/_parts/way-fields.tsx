"use client";

import type { UseFormReturn } from "react-hook-form";
import type { Route } from "#components/api/boundary.ts";
import { PROBE_METHODS, type RouteValues } from "#components/forms/route-values.ts";
import { SecretField } from "#components/forms/secret-field.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/inputs.tsx";

const PROXIES = [
  { value: "nginx", label: "nginx or ingress-nginx (X-Original-URI)" },
  { value: "traefik", label: "Traefik (X-Forwarded-Uri)" },
  { value: "caddy", label: "Caddy (X-Forwarded-Uri)" },
  { value: "envoy", label: "Envoy (the request itself)" },
];

/** Where it is, which part of it Rollcall may call, and which proxy asks for it. */
export function WayFields({
  form,
  before,
}: {
  readonly form: UseFormReturn<RouteValues>;
  readonly before: Route | null;
}) {
  const { register, watch, setValue, formState } = form;
  const { errors } = formState;
  const removed = watch("proxyKeyRemoved");
  return (
    <>
      <fieldset className="grid gap-[14px] rounded-[8px] border border-line bg-surface p-4">
        <legend className="sr-only">Where it is</legend>
        <Field
          label="Address"
          type="url"
          placeholder="https://app.example.com/api/cron/nightly"
          hint="As its caller knows it. Proofs that cover the address are checked against it."
          error={errors.url?.message}
          {...register("url")}
        />
        <Field
          label="Read-only address, for the matrix"
          type="url"
          placeholder="https://app.example.com/api/cron/probe"
          hint="Behind the same gate, with nothing behind it that costs money. Rollcall calls this one and never the job."
          error={errors.probeUrl?.message}
          {...register("probeUrl")}
        />
        <fieldset className="flex flex-wrap items-center gap-x-5 gap-y-1">
          <legend className="mb-1 text-ink-2">Called with</legend>
          {PROBE_METHODS.map((method) => (
            <label key={method} className="flex min-h-6 items-center gap-1.5">
              <input type="checkbox" value={method} {...register("probeMethods")} className="accent-(--accent)" />
              {method}
            </label>
          ))}
          {errors.probeMethods ? (
            <p className="w-full text-bad first-letter:uppercase">{errors.probeMethods.message}</p>
          ) : null}
        </fieldset>
        <label className="flex items-start gap-2">
          <input type="checkbox" {...register("allowPrivateNetwork")} className="mt-[3px] accent-(--accent)" />
          <span>
            Its addresses may lie in a private network
            <span className="block text-ink-2">
              Rollcall calls no address of its own network by itself, since whoever may edit a route could reach with it
              what only the inside can reach. Allow it where the route really is inside.
            </span>
          </span>
        </label>
      </fieldset>
      <fieldset className="grid gap-[14px] rounded-[8px] border border-line bg-surface p-4">
        <legend className="sr-only">The proxy</legend>
        <Select
          label="Where a proxy asks Rollcall, it is"
          options={PROXIES}
          hint="Of the gate’s library nothing of this is needed. Which request is asked about is read from the headers of this proxy alone."
          {...register("proxy")}
        />
        <SecretField
          label="Proxy key"
          mark={before?.proxyKey ?? null}
          optional
          removed={removed}
          hint="The proxy sends it as Rollcall-Proxy-Key; without it nobody is let in. Leave it empty where only the proxy can reach Rollcall."
          error={errors.proxyKey?.message}
          onRemove={() => setValue("proxyKeyRemoved", true, { shouldDirty: true })}
          onKeep={() => {
            setValue("proxyKeyRemoved", false, { shouldDirty: true });
            setValue("proxyKey", "", { shouldDirty: true });
          }}
          {...register("proxyKey")}
        />
      </fieldset>
    </>
  );
}
