"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, wordsOf } from "#components/api/client.ts";
import type { Schedule } from "#components/api/shapes.ts";
import { useUndo } from "#components/api/use-undo.ts";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";

/** So many are asked for at once. */
const ABREAST = 4;

export interface Bulk {
  /** "Paused", "Tagged nightly". */
  readonly did: string;
  readonly act: (schedule: Schedule) => Promise<unknown>;
  /** Leads back to what the schedule was. */
  readonly undo: (before: Schedule) => Promise<unknown>;
}

export const countOf = (count: number): string => (count === 1 ? "1 schedule" : `${count} schedules`);

/** Each once, some abreast; answers those that it was done to, and why it was not to others. */
async function eachOf(
  schedules: readonly Schedule[],
  act: (schedule: Schedule) => Promise<unknown>,
  onDone: (done: number) => void,
): Promise<{
  readonly done: readonly Schedule[];
  readonly refused: readonly { readonly of: Schedule; readonly words: string }[];
}> {
  const done: Schedule[] = [];
  const refused: { of: Schedule; words: string }[] = [];
  const waiting = [...schedules];
  const take = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      try {
        await act(one);
        done.push(one);
      } catch (thrown) {
        refused.push({ of: one, words: wordsOf(thrown) });
      }
      onDone(done.length + refused.length);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, take));
  return { done, refused };
}

/** Does one thing to many schedules, says how far it is, and offers to take it back. */
export function useBulk() {
  const client = useQueryClient();
  const offerUndo = useUndo();
  const [progress, setProgress] = useState<{ readonly done: number; readonly of: number } | null>(null);
  async function run(schedules: readonly Schedule[], { did, act, undo }: Bulk): Promise<void> {
    setProgress({ done: 0, of: schedules.length });
    const { done, refused } = await eachOf(schedules, act, (count) =>
      setProgress({ done: count, of: schedules.length }),
    );
    setProgress(null);
    const [first] = refused;
    if (first) {
      const others = refused.length === 1 ? "" : ` So were ${refused.length - 1} others.`;
      toast.error(`${first.of.name}: ${first.words}${others}`);
    }
    const stale = [KEYS.schedules(), ["schedule"], KEYS.timeline()] as const;
    if (done.length > 0) {
      offerUndo({
        ...{ did: `${did}: ${countOf(done.length)}`, undone: `As before: ${countOf(done.length)}`, stale },
        undo: async () => {
          const back = await eachOf(done, undo, () => {});
          if (back.refused[0]) throw new Error(`${back.refused[0].of.name}: ${back.refused[0].words}`);
        },
      });
    }
    await Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
  }
  return { progress, run };
}

const post = (path: string, body?: unknown) => api(path, { method: "POST", ...(body === undefined ? {} : { body }) });

const pauseAs = ({ slug, paused }: Schedule) =>
  paused
    ? post(`/schedules/${slug}/pause`, { until: paused.until, resumeOnCheckIn: paused.resumeOnCheckIn })
    : post(`/schedules/${slug}/resume`);

/** A schedule as it was read may be sent back as it is. */
const put = (schedule: Schedule) => api(`/schedules/${schedule.slug}`, { method: "PUT", body: schedule });

export const pausing = (until: string | null, resumeOnCheckIn: boolean): Bulk => ({
  did: "Paused",
  act: ({ slug }) => post(`/schedules/${slug}/pause`, { until, resumeOnCheckIn }),
  undo: pauseAs,
});

export const resuming: Bulk = {
  did: "Go on",
  act: ({ slug }) => post(`/schedules/${slug}/resume`),
  undo: pauseAs,
};

const withTags = (schedule: Schedule, tags: readonly string[]) =>
  api(`/schedules/${schedule.slug}`, { method: "PUT", body: { ...schedule, tags }, ifMatch: schedule.version });

export const tagging = (tag: string): Bulk => ({
  did: `Tagged ${tag}`,
  act: (schedule) => withTags(schedule, [...new Set([...schedule.tags, tag])]),
  undo: put,
});

export const untagging = (tag: string): Bulk => ({
  did: `No longer tagged ${tag}`,
  act: (schedule) =>
    withTags(
      schedule,
      schedule.tags.filter((one) => one !== tag),
    ),
  undo: put,
});

export const archiving: Bulk = {
  did: "Archived",
  act: ({ slug, version }) => api(`/schedules/${slug}`, { method: "DELETE", ifMatch: version }),
  undo: put,
};
