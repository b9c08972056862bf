"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { api, isApiProblem, wordsOf } from "#components/api/client.ts";
import { momentOf } from "#components/forms/wall-clock.ts";
import { serverNow } from "#components/time/server-clock.ts";
import { useZone } from "#components/time/zone.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";

interface Typed {
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly schedules: string;
  readonly tags: string;
}

/** On its way to the server a moment must not have passed: a maintenance cannot begin in the past. */
const ON_ITS_WAY = 2_000;

/** `undefined` for none: a selector that is left out selects nothing. */
function namesIn(text: string): readonly string[] | undefined {
  const names = [...new Set(text.split(/[\s,]+/).filter(Boolean))];
  return names.length === 0 ? undefined : names;
}

export function MaintenanceForm() {
  const client = useQueryClient();
  const { zone } = useZone();
  const { register, handleSubmit, reset, formState, watch } = useForm<Typed>({
    defaultValues: { from: "", to: "", reason: "", schedules: "", tags: "" },
  });
  const plan = useMutation({
    mutationFn: ({ from, to, reason, schedules, tags }: Typed) =>
      api<unknown>("/maintenance", {
        method: "POST",
        body: {
          from: from === "" ? new Date(serverNow() + ON_ITS_WAY).toISOString() : momentOf(from, zone),
          ...{ to: momentOf(to, zone), reason: reason.trim() },
          ...{ schedules: namesIn(schedules), tags: namesIn(tags) },
        },
      }),
    onSuccess: () => {
      toast.success("The maintenance is planned");
      reset();
      return client.invalidateQueries({ queryKey: KEYS.maintenance() });
    },
  });
  const tagged = watch("tags").trim() !== "";
  const named = watch("schedules").trim() !== "";
  const errorOf = (path: string) =>
    isApiProblem(plan.error) ? plan.error.errors.find((one) => one.path.split(".")[0] === path)?.message : undefined;
  const placed = ["from", "to", "reason", "schedules", "tags"].some((path) => errorOf(path) !== undefined);
  return (
    <form
      onSubmit={handleSubmit((typed) => plan.mutate(typed))}
      noValidate
      className="grid grid-cols-2 gap-3 rounded-[8px] border border-line bg-surface p-4 max-sm:grid-cols-1"
    >
      <Field
        label={`From, on the clock of ${zone}`}
        type="datetime-local"
        hint="Empty: from now on."
        {...register("from")}
        error={errorOf("from")}
      />
      <Field
        label="Until"
        type="datetime-local"
        {...register("to", { validate: (to) => to !== "" || "Say until when." })}
        error={formState.errors.to?.message ?? errorOf("to")}
      />
      <Field
        label="Why"
        className="col-span-full"
        maxLength={500}
        placeholder="Database upgrade"
        {...register("reason", {
          validate: (reason) => reason.trim() !== "" || "Say why: it is shown beside the windows.",
        })}
        error={formState.errors.reason?.message ?? errorOf("reason")}
      />
      <Field
        label="Schedules, by their short names"
        placeholder={tagged ? "only those with the tag" : "all of them"}
        spellCheck={false}
        {...register("schedules")}
        error={errorOf("schedules")}
      />
      <Field
        label={named ? "And those with a tag" : "Those with a tag"}
        placeholder={named ? "none besides" : "whatever their tag"}
        spellCheck={false}
        {...register("tags")}
        error={errorOf("tags")}
      />
      <div className="col-span-full grid gap-3">
        <p className="text-ink-2">
          Windows in it are excused: neither good nor bad. With neither named, all are meant.
        </p>
        {plan.isError && !placed ? <Notice look="bad">{wordsOf(plan.error)}</Notice> : null}
        <div>
          <Button type="submit" look="primary" busy={plan.isPending}>
            Plan it
          </Button>
        </div>
      </div>
    </form>
  );
}
