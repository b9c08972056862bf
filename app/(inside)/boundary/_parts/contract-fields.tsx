"use client";

import { get, type UseFormReturn } from "react-hook-form";
import type { ContractShown } from "#components/api/boundary.ts";
import { isMark } from "#components/boundary/contract-words.ts";
import type { RouteValues } from "#components/forms/route-values.ts";
import { SecretField } from "#components/forms/secret-field.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/inputs.tsx";
import { CONTRACT_KINDS } from "#gate/contracts/kinds.ts";
import { contractOf } from "#gate/contracts/register.ts";

const KINDS = CONTRACT_KINDS.map((kind) => ({ value: kind, label: contractOf(kind).label }));
/** A person, or a tool of theirs: no platform's own way. */
const OF_PEOPLE = KINDS.filter(({ value }) => ["bearer", "basic", "api-key", "hmac"].includes(value));

export type Part = "contract" | "caller" | "manual";

/** A kind of contract, what it can and cannot promise, and its options. */
export function ContractFields({
  form,
  part,
  label,
  before,
}: {
  readonly form: UseFormReturn<RouteValues>;
  readonly part: Part;
  readonly label: string;
  /** As it is stored. */
  readonly before: ContractShown | null;
}) {
  const { register, watch, setValue, formState } = form;
  const { kind, removed } = watch(part);
  const contract = contractOf(kind);
  const errorOf = (name: string): string | undefined => {
    const error = get(formState.errors, `${part}.fields.${name}`) as { readonly message?: string } | undefined;
    return error?.message;
  };
  const stored = before?.kind === kind ? before : null;
  const options = part === "manual" ? OF_PEOPLE : KINDS;
  return (
    <div className="grid gap-[14px]">
      <Select
        label={label}
        options={options.some(({ value }) => value === kind) ? options : KINDS}
        {...register(`${part}.kind`)}
      />
      <ul className="grid gap-1 text-ink-2">
        {contract.limits.map((limit) => (
          <li key={limit} className="flex gap-2">
            <span aria-hidden="true" className="text-ink-3">
              –
            </span>
            {limit}
          </li>
        ))}
      </ul>
      <div className="grid grid-cols-2 gap-[14px] max-sm:grid-cols-1">
        {Object.entries(contract.fields).map(([name, field]) => {
          const at = `${part}.fields.${name}` as const;
          if (field.type === "secret") {
            const mark = stored?.[name];
            const gone = `${part}.removed.${name}` as const;
            return (
              <div key={`${kind} ${name}`} className="col-span-full">
                <SecretField
                  label={field.words}
                  mark={isMark(mark) ? mark : null}
                  optional={!field.required}
                  removed={removed[name] ?? false}
                  error={errorOf(name)}
                  hint={field.required ? "16 characters at least, of the kind that nobody can guess." : undefined}
                  onRemove={() => setValue(gone, true, { shouldDirty: true })}
                  onKeep={() => {
                    setValue(gone, false, { shouldDirty: true });
                    setValue(at, "", { shouldDirty: true });
                  }}
                  {...register(at)}
                />
              </div>
            );
          }
          if (field.type === "choice") {
            const choices = (field.choices ?? []).map((value) => ({ value, label: value }));
            const none = field.fallback === undefined ? [{ value: "", label: "choose one" }] : [];
            return (
              <Select
                key={`${kind} ${name}`}
                label={field.words}
                className="[&>label]:first-letter:uppercase"
                options={[...none, ...choices]}
                hint={errorOf(name)}
                {...register(at)}
              />
            );
          }
          return (
            <Field
              key={`${kind} ${name}`}
              label={`${field.words}${field.required ? "" : " (optional)"}`}
              className="[&>label]:first-letter:uppercase"
              placeholder={field.fallback === undefined ? "" : String(field.fallback)}
              inputMode={field.type === "seconds" ? "numeric" : undefined}
              spellCheck={false}
              autoComplete="off"
              error={errorOf(name)}
              {...register(at)}
            />
          );
        })}
      </div>
    </div>
  );
}
