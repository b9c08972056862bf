"use client";

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { api, isApiProblem, queryString, wordsOf } from "#components/api/client.ts";
import type { ChangeMarker } from "#components/api/settings-shapes.ts";
import type { List } from "#components/api/shapes.ts";
import { momentOf } from "#components/forms/wall-clock.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { useZone } from "#components/time/zone.tsx";
import { Button } from "#components/ui/button.tsx";
import { CopyLine } from "#components/ui/copy.tsx";
import { Field } from "#components/ui/field.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { OlderOnes } from "#components/ui/older-ones.tsx";
import { Empty, Waiting } from "#components/ui/page.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";

interface Typed {
  readonly title: string;
  readonly at: string;
  readonly url: string;
  readonly schedules: string;
}

const NOTHING: Typed = { title: "", at: "", url: "", schedules: "" };
const FIELDS = ["title", "at", "url", "schedules"] as const;

function ChangeForm() {
  const client = useQueryClient();
  const { zone } = useZone();
  const { register, handleSubmit, reset, formState } = useForm<Typed>({ defaultValues: NOTHING });
  const mark = useMutation({
    mutationFn: ({ title, at, url, schedules }: Typed) => {
      const slugs = [...new Set(schedules.split(/[\s,]+/).filter(Boolean))];
      return api<ChangeMarker>("/changes", {
        method: "POST",
        body: {
          title: title.trim(),
          ...(at === "" ? {} : { at: momentOf(at, zone) }),
          url: url.trim() === "" ? null : url.trim(),
          schedules: slugs.length === 0 ? null : slugs,
        },
      });
    },
    onSuccess: ({ title }) => {
      toast.success(`Marked: ${title}`);
      reset(NOTHING);
      return client.invalidateQueries({ queryKey: KEYS.changes() });
    },
  });
  const refusedAt = (path: string) =>
    isApiProblem(mark.error) ? mark.error.errors.find((one) => one.path.split(".")[0] === path)?.message : undefined;
  const placed = FIELDS.some((path) => refusedAt(path) !== undefined);
  return (
    <form
      onSubmit={handleSubmit((typed) => mark.mutate(typed))}
      noValidate
      className="grid grid-cols-2 gap-3 rounded-[8px] border border-line bg-surface p-4 max-sm:grid-cols-1"
    >
      <Field
        label="What changed"
        maxLength={200}
        placeholder="Deploy 4.2 of billing"
        {...register("title", { validate: (title) => title.trim() !== "" || "Say what changed." })}
        error={formState.errors.title?.message ?? refusedAt("title")}
      />
      <Field
        label={`When, on the clock of ${zone}`}
        type="datetime-local"
        hint="Empty: now."
        {...register("at")}
        error={refusedAt("at")}
      />
      <Field label="Where it is told" type="url" placeholder="https://" {...register("url")} error={refusedAt("url")} />
      <Field
        label="Schedules, by their short names"
        placeholder="all of them"
        spellCheck={false}
        {...register("schedules")}
        error={refusedAt("schedules")}
      />
      <div className="col-span-full grid gap-3">
        {mark.isError && !placed ? <Notice look="bad">{wordsOf(mark.error)}</Notice> : null}
        <div>
          <Button type="submit" look="primary" busy={mark.isPending}>
            Mark it
          </Button>
        </div>
      </div>
    </form>
  );
}

/** Deploys and edits, which stand on the timeline and beside incidents. */
export function ChangeList({ publicUrl }: { readonly publicUrl: string }) {
  const { mayAdminister } = useMe();
  const list = useInfiniteQuery({
    queryKey: KEYS.changes(),
    queryFn: ({ signal, pageParam }) =>
      api<List<ChangeMarker>>(`/changes${queryString({ limit: 50, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
  const changes = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="grid max-w-[860px] gap-4">
      <p className="text-ink-2">
        A deploy or an edit that is marked stands on the timeline, and in each incident under what changed before it.
      </p>
      {mayAdminister ? (
        <>
          <ChangeForm />
          <CopyLine
            label="From a deploy hook, with an API key of scope write"
            text={`curl -fsS -m 10 -X POST "${publicUrl}/api/v1/changes" -H "Authorization: Bearer $ROLLCALL_API_KEY" -H "Content-Type: application/json" -d '{"title":"Deploy 4.2 of billing","url":"https://git.example.com/billing/releases/4.2"}'`}
          />
        </>
      ) : null}
      {list.isError ? <Notice look="bad">{wordsOf(list.error)}</Notice> : null}
      {list.isPending ? <Waiting rows={3} /> : null}
      {list.data && changes.length === 0 ? (
        <Empty title="No change is marked yet">
          <p>When something breaks after a deploy, the marker says so at a glance.</p>
        </Empty>
      ) : null}
      {changes.length > 0 ? (
        <ol aria-label="Changes" className="divide-y divide-line rounded-[8px] border border-line bg-surface">
          {changes.map(({ id, at, title, url, schedules, by }) => (
            <li
              key={id}
              className="grid grid-cols-[120px_1fr] items-baseline gap-x-3 px-[14px] py-[9px] max-sm:grid-cols-1"
            >
              <AbsoluteTime at={at} className="text-ink-3" />
              <p className="min-w-0 [overflow-wrap:anywhere]">
                {url === null ? (
                  <b className="font-[570]">{title}</b>
                ) : (
                  <a href={url} rel="noreferrer" className="font-[570] text-accent underline underline-offset-2">
                    {title}
                  </a>
                )}{" "}
                <span className="text-ink-2">
                  {schedules === null ? "of all schedules" : `of ${schedules.join(", ")}`}, by {by}
                </span>
              </p>
            </li>
          ))}
        </ol>
      ) : null}
      <OlderOnes list={list} />
    </div>
  );
}
