"use client";

import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { useForm } from "react-hook-form";
import { toast } from "sonner";
import { ApiProblem, api, isApiProblem, wordsOf } from "#components/api/client.ts";
import type { List, Schedule } from "#components/api/shapes.ts";
import {
  bodyOf,
  emptyValues,
  type FormValues,
  fieldOf,
  specOf,
  valuesOf,
  wrongIn,
} from "#components/forms/schedule-values.ts";
import { useZone } from "#components/time/zone.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Section, Tag } from "#components/ui/page.tsx";
import { slugFor } from "#lib/schedules/slug-for.ts";
import { KEYS } from "#lib/views/keys.ts";
import { ExpectedFields } from "./expected-fields.tsx";
import { MoreFields } from "./more-fields.tsx";
import { NextTimes, usePreview } from "./preview.tsx";

const TAKEN = (slug: string) =>
  new ApiProblem({
    code: "slug_taken",
    status: 409,
    message: `There is a schedule “${slug}” already.`,
    doNext: "Choose another short name.",
    errors: [{ path: "slug", message: "is taken" }],
  });

/** A `PUT` makes or changes: a new one must not fall upon another of its name. */
async function store(values: FormValues, before: Schedule | null): Promise<Schedule> {
  if (before === null) {
    const known = await api<List<Schedule>>(`/schedules?limit=1000&q=${encodeURIComponent(values.slug)}`);
    if (known.items.some(({ slug }) => slug === values.slug)) throw TAKEN(values.slug);
  }
  return api<Schedule>(`/schedules/${values.slug}`, {
    method: "PUT",
    body: bodyOf(values, before),
    ifMatch: before?.version,
  });
}

function Conflict({ slug }: { readonly slug: string }) {
  return (
    <div role="alert" className="rounded-m border border-l-[3px] border-line border-l-late-fill bg-surface px-3 py-2">
      <b className="font-[570]">Somebody else has saved this schedule since you opened it.</b> Nothing of yours was
      stored, and nothing of theirs is lost.{" "}
      <Link href={`/schedules/${slug}`} target="_blank" className="text-accent hover:underline">
        See it as it is now
      </Link>
      , copy what you need from here, and open the editor again.
    </div>
  );
}

export function ScheduleForm({
  before,
  zones,
}: {
  readonly before: Schedule | null;
  readonly zones: readonly string[];
}) {
  const router = useRouter();
  const client = useQueryClient();
  const { browserZone } = useZone();
  const [refusal, setRefusal] = useState<ApiProblem | string | null>(null);
  const form = useForm<FormValues>({ defaultValues: before ? valuesOf(before) : emptyValues(browserZone) });
  const { register, handleSubmit, watch, setValue, setError, formState } = form;
  const values = watch();
  const spec = specOf(values, before?.spec ?? null);
  const { preview, problem } = usePreview({ spec, timezone: values.timezone, grace: values.grace });

  // The first visit learns the browser's zone only after the first drawing.
  useEffect(() => {
    if (!before && !formState.dirtyFields.timezone) setValue("timezone", browserZone);
  }, [before, browserZone, formState.dirtyFields.timezone, setValue]);
  useEffect(() => {
    if (!before && !formState.dirtyFields.slug) setValue("slug", slugFor(values.name));
  }, [before, values.name, formState.dirtyFields.slug, setValue]);

  const save = handleSubmit(async (typed) => {
    setRefusal(null);
    const wrong = wrongIn(typed, before?.spec ?? null);
    for (const { path, message } of wrong) setError(path as keyof FormValues, { message }, { shouldFocus: true });
    if (wrong.length > 0) return;
    try {
      const stored = await store(typed, before);
      client.setQueryData(KEYS.schedule(stored.slug), stored);
      await client.invalidateQueries({ queryKey: KEYS.schedules() });
      toast.success(before ? `Saved as version ${stored.version}` : `Watching ${stored.name}`);
      router.push(`/schedules/${stored.slug}`);
      router.refresh();
    } catch (thrown) {
      if (isApiProblem(thrown)) {
        let placed = false;
        for (const { path, message } of thrown.errors) {
          const field = fieldOf(path);
          if (field) setError(field, { message }, { shouldFocus: !placed });
          placed ||= field !== null;
        }
      }
      setRefusal(isApiProblem(thrown) ? thrown : wordsOf(thrown));
    }
  });

  const title = before ? before.name : "A run that should not go missing";
  const expressionError =
    formState.errors.expression?.message ?? problem?.errors.find(({ path }) => path.startsWith("spec"))?.message;
  return (
    <form onSubmit={save} noValidate>
      <Page
        crumb={
          <>
            <Link href="/schedules" className="hover:underline">
              Schedules
            </Link>
            {before ? (
              <>
                {" / "}
                <Link href={`/schedules/${before.slug}`} className="hover:underline">
                  {before.slug}
                </Link>
                {" / edit"}
              </>
            ) : (
              " / new"
            )}
          </>
        }
        title={title}
        beside={
          before ? (
            <Tag>
              version {before.version} → {before.version + 1}
            </Tag>
          ) : undefined
        }
        actions={
          <>
            <Button look="quiet" onClick={() => router.push(before ? `/schedules/${before.slug}` : "/schedules")}>
              Discard
            </Button>
            <Button type="submit" look="primary" busy={formState.isSubmitting}>
              {before ? `Save as version ${before.version + 1}` : "Watch it"}
            </Button>
          </>
        }
      >
        <div className="mt-4 grid grid-cols-[minmax(0,1fr)_360px] gap-6 max-[900px]:grid-cols-1">
          <div className="grid content-start gap-[18px]">
            {typeof refusal === "string" ? <Notice look="bad">{refusal}</Notice> : null}
            {refusal !== null && typeof refusal !== "string" ? (
              refusal.status === 412 && before ? (
                <Conflict slug={before.slug} />
              ) : (
                <Notice look="bad">{wordsOf(refusal)}</Notice>
              )
            ) : null}
            <ExpectedFields
              form={form}
              isNew={before === null}
              sentence={preview?.sentence ?? null}
              warnings={preview?.warnings ?? []}
              expressionError={expressionError}
              zones={zones}
            />
            <MoreFields register={register} errors={formState.errors} isNew={before === null} />
          </div>
          <div>
            <Section title="Next ten times" className="">
              <NextTimes preview={preview} timezone={values.timezone} />
            </Section>
          </div>
        </div>
      </Page>
    </form>
  );
}
