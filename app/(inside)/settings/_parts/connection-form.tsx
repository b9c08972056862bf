"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { SecretMark } from "#components/api/boundary.ts";
import { api, isApiProblem, wordsOf } from "#components/api/client.ts";
import type { Connection, DriverField, DriverKind } from "#components/api/connections.ts";
import { isMark } from "#components/boundary/contract-words.ts";
import { type ConnectionValues, connectionBody, connectionValues, wrongInConnection } from "#components/forms/connection-values.ts"; // biome-ignore format: one line
import { SecretField } from "#components/forms/secret-field.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select, TextArea } from "#components/ui/inputs.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { toast } from "#components/ui/toast.ts";
import type { FieldError } from "#lib/problem.ts";
import { KEYS } from "#lib/views/keys.ts";
import { CannotItems } from "./cannot-items.tsx";

const capital = "[&>label]:first-letter:uppercase";

function FieldOf({
  field,
  values,
  mark,
  error,
  onChange,
}: {
  readonly field: DriverField;
  readonly values: ConnectionValues;
  /** Of the secret that is stored. */
  readonly mark: SecretMark | null;
  readonly error: string | undefined;
  readonly onChange: (more: Partial<ConnectionValues>) => void;
}) {
  const { name, type, words, required, choices, fallback, lines } = field;
  const text = values.fields[name] ?? "";
  const set = (value: string) => onChange({ fields: { ...values.fields, [name]: value } });
  const label = `${words}${required || type === "choice" ? "" : " (optional)"}`;
  if (type === "flag") {
    return (
      <label className="flex items-start gap-2">
        <input
          type="checkbox"
          checked={values.flags[name] ?? false}
          onChange={(event) => onChange({ flags: { ...values.flags, [name]: event.target.checked } })}
          className="mt-[3px] accent-(--accent)"
        />
        <span className="first-letter:uppercase">{words}</span>
      </label>
    );
  }
  if (type === "secret" && !(lines && mark?.set !== true)) {
    return (
      <SecretField
        label={words}
        mark={mark}
        optional={!required}
        removed={values.removed[name] ?? false}
        error={error}
        value={text}
        onChange={(event) => set(event.target.value)}
        onRemove={() => onChange({ removed: { ...values.removed, [name]: true } })}
        onKeep={() => {
          onChange({ removed: { ...values.removed, [name]: false }, fields: { ...values.fields, [name]: "" } });
        }}
      />
    );
  }
  if (type === "secret" || type === "lines") {
    return (
      <TextArea
        label={label}
        rows={4}
        spellCheck={false}
        className={`${capital} [&>textarea]:font-mono [&>textarea]:text-s`}
        value={text}
        error={error}
        onChange={(event) => set(event.target.value)}
      />
    );
  }
  if (type === "choice") {
    return (
      <Select
        label={label}
        className={capital}
        options={(choices ?? []).map((value) => ({ value, label: value }))}
        value={text}
        hint={error}
        onChange={(event) => set(event.target.value)}
      />
    );
  }
  return (
    <Field
      label={label}
      className={capital}
      type={type === "url" ? "url" : "text"}
      inputMode={type === "whole" ? "numeric" : undefined}
      placeholder={fallback === undefined ? "" : String(fallback)}
      spellCheck={false}
      autoComplete="off"
      value={text}
      error={error}
      onChange={(event) => set(event.target.value)}
    />
  );
}

/** Adds a connection, or changes one: it asks for what the driver of its kind says that it needs. */
export function ConnectionForm({
  before,
  kinds,
  taken,
  onClose,
}: {
  readonly before: Connection | null;
  readonly kinds: readonly DriverKind[];
  readonly taken: readonly string[];
  readonly onClose: () => void;
}) {
  const client = useQueryClient();
  const [kind, setKind] = useState(before?.kind ?? kinds[0]?.kind ?? "");
  const driver = kinds.find((one) => one.kind === kind) ?? kinds[0];
  const [values, setValues] = useState(() => (driver ? connectionValues(driver, before) : null));
  const [wrong, setWrong] = useState<readonly FieldError[]>([]);
  const put = useMutation({
    mutationFn: ({ name, body }: { readonly name: string; readonly body: unknown }) =>
      api<Connection>(`/connections/${name}`, { method: "PUT", body, ifMatch: before?.version }),
    onSuccess: async (stored) => {
      toast.success(`Saved: ${stored.name}`);
      onClose();
      await client.invalidateQueries({ queryKey: KEYS.connections() });
    },
  });
  if (!driver || !values) return null;
  const markOf = (name: string): SecretMark | null => {
    const mark = before?.kind === driver.kind ? before[name] : null;
    return isMark(mark) ? mark : null;
  };
  const refused = isApiProblem(put.error) ? put.error.errors : [];
  const errorOf = (name: string): string | undefined => [...wrong, ...refused].find(({ path }) => path === name)?.message; // biome-ignore format: one line
  const change = (more: Partial<ConnectionValues>) => setValues((now) => (now ? { ...now, ...more } : now));
  function choose(next: string) {
    const chosen = kinds.find((one) => one.kind === next);
    if (!chosen) return;
    setKind(next);
    setWrong([]);
    setValues((now) => ({ ...connectionValues(chosen, before), name: now?.name ?? "" }));
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    if (!driver || !values) return;
    const kept = (name: string): boolean => markOf(name)?.set === true;
    const errors = wrongInConnection(values, driver, { kept });
    if (values.name !== before?.name && taken.includes(values.name))
      errors.push({ path: "name", message: "It is taken." });
    setWrong(errors);
    if (errors.length === 0) put.mutate({ name: before?.name ?? values.name, body: connectionBody(values, driver) });
  }
  const placed = refused.some(({ path }) => path === "name" || driver.fields.some(({ name }) => name === path));
  return (
    <form
      onSubmit={submit}
      noValidate
      aria-label={before ? `Edit ${before.name}` : "A new connection"}
      className="grid gap-4 rounded-[8px] border border-line bg-surface p-4"
    >
      <h2 className="text-l font-[620]">{before ? before.name : "A new connection"}</h2>
      <div className="grid grid-cols-2 gap-[14px] max-sm:grid-cols-1">
        <Field
          label="Name"
          placeholder="warehouse"
          spellCheck={false}
          autoComplete="off"
          value={values.name}
          error={errorOf("name")}
          hint={before ? "Whatever names it follows: schedules, their versions, accelerations." : "Schedules name it."}
          onChange={(event) => change({ name: event.target.value })}
        />
        <Select
          label="It reaches"
          options={kinds.map((one) => ({ value: one.kind, label: one.label }))}
          value={driver.kind}
          disabled={before !== null && before.schedules.length > 0}
          onChange={(event) => choose(event.target.value)}
        />
      </div>
      {driver.cannot.length === 0 ? null : (
        <details className="text-ink-2">
          <summary className="w-fit hover:text-ink">What {driver.label} cannot, and what that means</summary>
          <ul className="mt-2 grid gap-1">
            <CannotItems sentences={driver.cannot} />
          </ul>
        </details>
      )}
      <div className="grid grid-cols-2 items-end gap-[14px] max-sm:grid-cols-1">
        {driver.fields.map((field) => (
          <div
            key={`${driver.kind} ${field.name}`}
            className={/secret|lines|flag/.test(field.type) ? "col-span-full min-w-0" : "min-w-0"}
          >
            <FieldOf
              field={field}
              values={values}
              mark={markOf(field.name)}
              error={errorOf(field.name)}
              onChange={change}
            />
          </div>
        ))}
      </div>
      {put.isError && !placed ? <Notice look="bad">{wordsOf(put.error)}</Notice> : null}
      <div className="flex justify-end gap-2 max-sm:*:flex-1">
        <Button look="quiet" onClick={onClose}>
          Discard
        </Button>
        <Button type="submit" look="primary" busy={put.isPending}>
          {before ? "Save" : "Add it"}
        </Button>
      </div>
    </form>
  );
}
