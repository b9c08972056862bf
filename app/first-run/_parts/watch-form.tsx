"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { useForm } from "react-hook-form";
import { api, isApiProblem, wordsOf } from "#components/api/client.ts";
import type { Preview, Schedule } from "#components/api/shapes.ts";
import { takenSlugs } from "#components/api/taken-slugs.ts";
import { readLength } from "#components/time/length.ts";
import { clockInZone } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { slugFor } from "#lib/schedules/slug-for.ts";

interface Typed {
  readonly name: string;
  readonly when: string;
  readonly timezone: string;
  readonly grace: string;
}

/**
 * A cron expression, or a length such as `6 h`: then the job has no clock of its own that we know, and has to start at
 * most that long after its last start.
 */
function specIn(when: string) {
  const text = when.trim();
  const length = readLength(text.replace(/^(?:at most )?every\s+/i, ""));
  if (length !== null && length > 0 && !/^\d+$/.test(text)) return { kind: "rolling", everySeconds: length } as const;
  return text === "" ? null : ({ kind: "cron", expression: text, dialect: "rollcall" } as const);
}

function useRested(value: string): string {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), 200);
    return () => clearTimeout(timer);
  }, [value]);
  return rested;
}

/** A slug that nobody has yet, from a name: the `PUT` of one that is taken would change somebody else's schedule. */
async function freeSlug(name: string): Promise<string> {
  const base = slugFor(name).slice(0, 90) || "job";
  const taken = await takenSlugs(base);
  let slug = base;
  for (let count = 2; taken.has(slug); count++) slug = `${base}-${count}`;
  return slug;
}

export function WatchForm({
  zones,
  onMade,
}: {
  readonly zones: readonly string[];
  readonly onMade: (slug: string) => void;
}) {
  const list = useId();
  const { browserZone } = useZone();
  const { register, handleSubmit, watch, setValue, formState } = useForm<Typed>({
    defaultValues: { name: "", when: "*/5 * * * *", timezone: browserZone, grace: "60 s" },
  });
  const typed = watch();
  // The first visit learns the browser's zone only after the first drawing.
  useEffect(() => {
    if (!formState.dirtyFields.timezone) setValue("timezone", browserZone);
  }, [browserZone, formState.dirtyFields.timezone, setValue]);

  const question = useRested(
    JSON.stringify({ spec: specIn(typed.when), timezone: typed.timezone.trim(), count: 1, graceSeconds: readLength(typed.grace) ?? 60 }), // biome-ignore format: one body
  );
  const preview = useQuery({
    queryKey: ["preview", question],
    queryFn: ({ signal }) => api<Preview>("/schedules/preview", { method: "POST", body: JSON.parse(question), signal }),
    enabled: specIn(typed.when) !== null,
    retry: false,
    staleTime: 10_000,
  });
  const make = useMutation({
    mutationFn: async ({ name, when, timezone, grace }: Typed) => {
      const graceSeconds = readLength(grace);
      const body = { name: name.trim(), spec: specIn(when), timezone: timezone.trim(), graceSeconds };
      return api<Schedule>(`/schedules/${await freeSlug(name)}`, { method: "PUT", body });
    },
    onSuccess: ({ slug }) => onMade(slug),
  });
  const said = make.error ?? preview.error;
  const errorOf = (start: string) =>
    isApiProblem(said) ? said.errors.find(({ path }) => path.startsWith(start))?.message : undefined;
  const placed = ["name", "spec", "timezone", "graceSeconds"].some((path) => errorOf(path) !== undefined);
  const next = preview.data?.expectedAt[0];
  const words = preview.data
    ? `${preview.data.sentence} ${next === undefined ? "" : `Next at ${clockInZone(Date.parse(next), typed.timezone.trim(), { seconds: Date.parse(next) % 60_000 !== 0 })}.`}`
    : "A cron expression, or a length such as 6 h.";
  const grace = formState.errors.grace?.message ?? errorOf("graceSeconds");
  return (
    <form
      onSubmit={handleSubmit((values) => make.mutate(values))}
      noValidate
      className="rounded-[8px] border border-line bg-surface"
    >
      <div className="grid grid-cols-[1.2fr_1fr_1fr] gap-3 p-4 max-sm:grid-cols-1">
        <Field
          label="The job"
          className="col-span-full"
          placeholder="Nightly backup"
          autoFocus
          maxLength={200}
          {...register("name", { validate: (name) => name.trim() !== "" || "Give it a name." })}
          error={formState.errors.name?.message ?? errorOf("name")}
        />
        <Field
          label="It should run"
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          {...register("when", { validate: (when) => specIn(when) !== null || "Say how often." })}
          hint={words}
          error={formState.errors.when?.message ?? errorOf("spec")}
        />
        <Field
          label="In zone"
          list={list}
          spellCheck={false}
          autoComplete="off"
          {...register("timezone")}
          error={errorOf("timezone")}
        />
        <datalist id={list}>
          {zones.map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <Field
          label="May start late by"
          autoComplete="off"
          {...register("grace", {
            validate: (text) => readLength(text) !== null || "Write a length such as 60 s or 12 min.",
          })}
          error={grace}
        />
      </div>
      <div className="grid gap-3 border-t border-line px-4 py-3">
        {make.isError && !placed ? <Notice look="bad">{wordsOf(make.error)}</Notice> : null}
        <div>
          <Button type="submit" look="primary" busy={make.isPending}>
            Watch it
          </Button>
        </div>
      </div>
    </form>
  );
}
