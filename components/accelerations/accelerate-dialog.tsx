"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import type { Acceleration } from "#components/api/accelerations.ts";
import { ApiProblem, api, isApiProblem, wordsOf } from "#components/api/client.ts";
import type { Schedule } from "#components/api/shapes.ts";
import { readLength } from "#components/time/length.ts";
import { serverNow } from "#components/time/server-clock.ts";
import { Button } from "#components/ui/button.tsx";
import { Choice } from "#components/ui/choice.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import { Cost, useCost } from "./cost.tsx";
import { MatrixState, useMatrixState } from "./matrix-state.tsx";
import { LONGEST, presetsFor, type SpecGiven, specOfPreset, specOfText } from "./plan.ts";
import { SpecText } from "./spec-text.tsx";
import { WhoSets } from "./who-sets.tsx";

const TIMES = [
  { value: "15 min", label: "15 min" },
  { value: "30 min", label: "30 min" },
  { value: "1 h", label: "1 h" },
  { value: "6 h", label: "6 h" },
] as const;

interface Typed {
  /** Seconds of a preset, or `other`. */
  readonly chosen: string;
  readonly other: string;
  readonly length: string;
  readonly wanted: string;
  readonly most: string;
  readonly reason: string;
  readonly overrideReason: string;
}

const whole = (text: string): number | null => (/^[1-9]\d{0,5}$/.test(text.trim()) ? Number(text.trim()) : null);

/** What is wrong with what was typed, by field. */
function wrongIn(typed: Typed, spec: SpecGiven | null, overriding: boolean): Partial<Record<keyof Typed, string>> {
  const length = readLength(typed.length);
  return {
    ...(spec === null ? { other: "Say how often: 10 s, or an expression such as */2 * * * *." } : {}),
    ...(length === null || length < 60 ? { length: "Write a length such as 30 min; a minute at least." } : {}),
    ...(length !== null && length > LONGEST ? { length: "24 h at most." } : {}),
    ...(whole(typed.wanted) === null ? { wanted: "Write a number, 1 or more." } : {}),
    ...(typed.most.trim() !== "" && whole(typed.most) === null ? { most: "Write a number, or leave it empty." } : {}),
    ...(typed.reason.trim() === "" ? { reason: "Say what for: it stands in its history." } : {}),
    ...(overriding && typed.overrideReason.trim() === ""
      ? { overrideReason: "Say why not after a green matrix." }
      : {}),
  };
}

/** What was refused, and where to go on. */
function Refusal({ problem, schedule }: { readonly problem: unknown; readonly schedule: Schedule }) {
  const code = isApiProblem(problem) ? problem.code : "";
  const link = "font-medium underline";
  return (
    <Notice look="bad">
      {wordsOf(problem)}{" "}
      {code === "already_accelerated" && schedule.acceleration ? (
        <Link href={`/accelerations/${schedule.acceleration}`} className={link}>
          The one that is under way
        </Link>
      ) : null}
      {code === "matrix_not_green" && schedule.route !== null ? (
        <Link href={`/boundary/${encodeURIComponent(schedule.route)}`} className={link}>
          {schedule.route} and its matrix
        </Link>
      ) : null}
    </Notice>
  );
}

function AccelerateForm({ schedule, onClose }: { readonly schedule: Schedule; readonly onClose: () => void }) {
  const { mayAdminister } = useMe();
  const client = useQueryClient();
  const router = useRouter();
  const presets = presetsFor(schedule);
  const [typed, setTyped] = useState<Typed>({
    chosen: String((presets.find(({ everySeconds }) => everySeconds === 60) ?? presets[0])?.everySeconds ?? "other"),
    ...{ other: "", length: "30 min", wanted: "1", most: "", reason: "", overrideReason: "" },
  });
  const [tried, setTried] = useState(false);
  const change = (more: Partial<Typed>) => setTyped((before) => ({ ...before, ...more }));
  const preset = presets.find(({ everySeconds }) => String(everySeconds) === typed.chosen);
  const spec = preset ? specOfPreset(preset, schedule) : specOfText(typed.other, schedule);
  const matrix = useMatrixState(schedule.route);
  const overriding = matrix.state === "not_green" && mayAdminister;
  const wrong = wrongIn(typed, spec, overriding);
  const shown = tried ? wrong : {};
  const cost = useCost(schedule.slug);
  const seconds = readLength(typed.length);
  const accelerate = useMutation({
    mutationFn: () =>
      api<Acceleration>(`/schedules/${schedule.slug}/accelerations`, {
        method: "POST",
        body: {
          ...{ spec, maxDurationSeconds: seconds, confirmedRunsWanted: whole(typed.wanted) },
          ...(typed.most.trim() === "" ? {} : { maxRuns: whole(typed.most) }),
          reason: typed.reason.trim(),
          ...(overriding ? { overrideReason: typed.overrideReason.trim() } : {}),
        },
      }),
    onSuccess: async (made) => {
      client.setQueryData(KEYS.acceleration(made.id), made);
      toast.success(`Accelerated: ${schedule.name}`);
      onClose();
      router.push(`/accelerations/${made.id}`);
      await Promise.all(
        [KEYS.accelerations(), KEYS.schedule(schedule.slug)].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
    },
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (Object.keys(wrong).length === 0) accelerate.mutate();
  }
  const options = [
    ...presets.map(({ everySeconds, words }) => ({ value: String(everySeconds), label: words })),
    { value: "other", label: "other…" },
  ];
  const refusedFor = (path: string): string | undefined =>
    accelerate.error instanceof ApiProblem
      ? accelerate.error.errors.find((one) => one.path.startsWith(path))?.message
      : undefined;
  const blocked = matrix.state === "not_green" && !mayAdminister;
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <div className="grid gap-2">
        <div className="max-w-full overflow-x-auto">
          <Choice label="How often" options={options} chosen={typed.chosen} onChoose={(chosen) => change({ chosen })} />
        </div>
        {typed.chosen === "other" ? (
          <Field
            label="How often: a length, or an expression"
            placeholder="10 s"
            value={typed.other}
            spellCheck={false}
            autoComplete="off"
            autoFocus
            error={shown.other ?? refusedFor("spec")}
            onChange={(event) => change({ other: event.target.value })}
          />
        ) : null}
        <WhoSets schedule={schedule} />
      </div>
      <div className="grid gap-2">
        <div className="grid grid-cols-3 gap-3 max-sm:grid-cols-2">
          <Field
            label="At most for"
            list="accelerate-times"
            value={typed.length}
            error={shown.length ?? refusedFor("maxDurationSeconds")}
            hint="24 h at most"
            onChange={(event) => change({ length: event.target.value })}
          />
          <Field
            label="Good runs wanted"
            inputMode="numeric"
            value={typed.wanted}
            error={shown.wanted ?? refusedFor("confirmedRunsWanted")}
            onChange={(event) => change({ wanted: event.target.value })}
          />
          <Field
            label="Runs at most"
            inputMode="numeric"
            placeholder="no limit"
            value={typed.most}
            error={shown.most ?? refusedFor("maxRuns")}
            onChange={(event) => change({ most: event.target.value })}
          />
          <datalist id="accelerate-times">
            {TIMES.map(({ value }) => (
              <option key={value} value={value} />
            ))}
          </datalist>
        </div>
        <Cost
          cost={cost}
          spec={spec}
          timezone={schedule.timezone}
          seconds={seconds}
          wanted={whole(typed.wanted) ?? 1}
          most={whole(typed.most)}
          now={serverNow}
        />
      </div>
      <MatrixState route={schedule.route} matrix={matrix} />
      {overriding ? (
        <Field
          label="Why it is accelerated all the same"
          maxLength={500}
          autoComplete="off"
          value={typed.overrideReason}
          error={shown.overrideReason}
          hint="You are an admin: this stands beside it for good."
          onChange={(event) => change({ overrideReason: event.target.value })}
        />
      ) : null}
      <Field
        label="What for"
        placeholder="See whether the new signature is let in"
        maxLength={500}
        autoComplete="off"
        value={typed.reason}
        error={shown.reason}
        onChange={(event) => change({ reason: event.target.value })}
      />
      {accelerate.isError ? <Refusal problem={accelerate.error} schedule={schedule} /> : null}
      <div className="flex justify-end gap-2 max-sm:*:flex-1">
        <Button look="quiet" onClick={onClose}>
          Leave it
        </Button>
        <Button type="submit" look="primary" busy={accelerate.isPending} disabled={blocked}>
          Accelerate{preset ? ` to every ${preset.words.replace("every ", "")}` : ""}
        </Button>
      </div>
    </form>
  );
}

/** Asks how fast, for how long, and what for; what it would cost and what stands against it is told before. */
export function AccelerateDialog({ slug, onClose }: { readonly slug: string; readonly onClose: () => void }) {
  const asked = useQuery({
    queryKey: KEYS.schedule(slug),
    queryFn: ({ signal }) => api<Schedule>(`/schedules/${slug}`, { signal }),
  });
  const schedule = asked.data;
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={`Accelerate ${schedule?.name ?? slug}`}
      lead={
        schedule ? (
          <>
            It fires more often for a while, so that you soon see whether it works. <SpecText spec={schedule.spec} /> is
            kept, and comes back with the first good run, at the limit, or when you say so.
          </>
        ) : undefined
      }
    >
      {asked.isError ? <Notice look="bad">{wordsOf(asked.error)}</Notice> : null}
      {schedule ? <AccelerateForm schedule={schedule} onClose={onClose} /> : <div className="h-60" aria-busy="true" />}
    </Dialog>
  );
}
