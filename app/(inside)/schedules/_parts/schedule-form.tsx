"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, useEffect, useState } from "react";
import { useForm } from "react-hook-form";
import { type ApiProblem, isApiProblem, wordsOf } from "#components/api/client.ts";
import type { Schedule } from "#components/api/shapes.ts";
import { LeaveDialog } from "#components/forms/leave-dialog.tsx";
import { resolverOf } from "#components/forms/resolver.ts";
import { emptyValues, type FormValues, fieldOf, specOf, valuesOf, wrongIn } from "#components/forms/schedule-values.ts";
import { useLeaveGuard } from "#components/forms/use-leave-guard.ts";
import { useZone } from "#components/time/zone.tsx";
import { Button } from "#components/ui/button.tsx";
import { Crumbs } from "#components/ui/crumbs.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Kbd, Page, Tag } from "#components/ui/page.tsx";
import { toast } from "#components/ui/toast.ts";
import { slugFor } from "#lib/schedules/slug-for.ts";
import { KEYS } from "#lib/views/keys.ts";
import { Conflict } from "./conflict.tsx";
import { DriverFields } from "./driver-fields.tsx";
import { ExpectedFields } from "./expected-fields.tsx";
import { Foresight } from "./foresight.tsx";
import { AdvancedFields, MoreFields } from "./more-fields.tsx";
import { usePreview } from "./preview.tsx";
import { store, type Theirs, theirsOf } from "./save.ts";

export function ScheduleForm({
  before,
  zones,
  lookBack,
}: {
  readonly before: Schedule | null;
  readonly zones: readonly string[];
  /** How far back its last forty windows reach, in ms; `null` for a new one. */
  readonly lookBack: number | null;
}) {
  const router = useRouter();
  const client = useQueryClient();
  const { browserZone } = useZone();
  const [refusal, setRefusal] = useState<ApiProblem | string | null>(null);
  const [theirs, setTheirs] = useState<Theirs | null>(null);
  const [first] = useState(() => (before ? valuesOf(before) : emptyValues(browserZone)));
  const form = useForm<FormValues>({
    defaultValues: first,
    resolver: resolverOf((values) => wrongIn(values, before)),
    mode: "onTouched",
  });
  const { register, handleSubmit, watch, setValue, resetField, setError, formState } = form;
  const values = watch();
  const spec = specOf(values, before?.spec ?? null);
  const { preview, problem } = usePreview({ spec, timezone: values.timezone, grace: values.grace });
  const guard = useLeaveGuard(formState.isDirty && !formState.isSubmitSuccessful);

  // The first visit learns the browser's zone only after the first drawing.
  useEffect(() => {
    if (!before && !formState.dirtyFields.timezone) resetField("timezone", { defaultValue: browserZone });
  }, [before, browserZone, formState.dirtyFields.timezone, resetField]);
  useEffect(() => {
    if (!before && !formState.dirtyFields.slug) setValue("slug", slugFor(values.name));
  }, [before, values.name, formState.dirtyFields.slug, setValue]);

  function refused(thrown: unknown): void {
    if (isApiProblem(thrown)) {
      let placed = false;
      for (const { path, message } of thrown.errors) {
        const field = fieldOf(path);
        if (field) setError(field, { type: "server", message }, { shouldFocus: !placed });
        placed ||= field !== null;
      }
    }
    setRefusal(isApiProblem(thrown) ? thrown : wordsOf(thrown));
  }

  async function save(typed: FormValues, from: Schedule | null): Promise<boolean> {
    setRefusal(null);
    try {
      const stored = await store(typed, from);
      guard.release();
      setTheirs(null);
      client.setQueryData(KEYS.schedule(stored.slug), stored);
      await client.invalidateQueries({ queryKey: KEYS.schedules() });
      toast.success(before ? `Saved as version ${stored.version}` : `Watching ${stored.name}`);
      router.push(`/schedules/${stored.slug}`);
      router.refresh();
      return true;
    } catch (thrown) {
      if (before && isApiProblem(thrown) && thrown.status === 412) {
        // What they made of it is shown; where even that cannot be read, the refusal says so.
        const read = await theirsOf(before.slug).catch(refused);
        if (read) setTheirs(read);
      } else refused(thrown);
      return false;
    }
  }
  const submit = handleSubmit(async (typed) => {
    await save(typed, before);
  });
  const keys = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || formState.isSubmitting) return;
    event.preventDefault();
    submit();
  };

  const expressionError =
    formState.errors.expression?.message ?? problem?.errors.find(({ path }) => path.startsWith("spec"))?.message;
  const home = before ? `/schedules/${before.slug}` : "/schedules";
  return (
    <form onSubmit={submit} onKeyDown={keys} noValidate>
      <Page
        crumb={
          <Crumbs
            above={[
              { name: "Schedules", href: "/schedules" },
              ...(before ? [{ name: before.slug, href: `/schedules/${before.slug}` }] : []),
            ]}
            here={before ? "edit" : "new"}
          />
        }
        title={before ? before.name : "A run that should not go missing"}
        beside={
          before ? (
            <Tag>
              version {before.version} → {before.version + 1}
            </Tag>
          ) : undefined
        }
        actions={
          <>
            <span className="text-s text-ink-3 max-sm:hidden">
              <Kbd>Ctrl ↵</Kbd> saves
            </span>
            <Button look="quiet" onClick={() => guard.goTo(home)}>
              Discard
            </Button>
            <Button type="submit" look="primary" busy={formState.isSubmitting}>
              {before ? `Save as version ${before.version + 1}` : "Watch it"}
            </Button>
          </>
        }
      >
        <div className="mt-4 grid grid-cols-[minmax(0,1fr)_380px] gap-6 max-[900px]:grid-cols-1">
          <div className="grid content-start gap-[18px]">
            {refusal === null ? null : (
              <Notice look="bad">{typeof refusal === "string" ? refusal : wordsOf(refusal)}</Notice>
            )}
            <ExpectedFields
              form={form}
              isNew={before === null}
              sentence={preview?.sentence ?? null}
              warnings={preview?.warnings ?? []}
              expressionError={expressionError}
              zones={zones}
            />
            <DriverFields form={form} before={before} />
            <MoreFields register={register} errors={formState.errors} />
            <AdvancedFields register={register} errors={formState.errors} before={first} route={values.route} />
            {before === null ? null : (
              <Field
                label="Why this change, for its history"
                {...register("reason")}
                maxLength={500}
                error={formState.errors.reason?.message}
              />
            )}
          </div>
          <Foresight values={values} before={before} preview={preview} lookBack={lookBack} />
        </div>
      </Page>
      {guard.leaving === null ? null : <LeaveDialog onStay={guard.stay} onLeave={guard.leave} />}
      {before && theirs ? (
        <Conflict
          before={before}
          theirs={theirs.schedule}
          by={theirs.by}
          mine={values}
          busy={formState.isSubmitting}
          onSave={(typed) => save(typed, theirs.schedule)}
          onClose={() => setTheirs(null)}
        />
      ) : null}
    </form>
  );
}
