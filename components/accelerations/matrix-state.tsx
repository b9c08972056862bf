"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useVerifications, type Verification } from "#components/api/boundary.ts";
import { api, wordsOf } from "#components/api/client.ts";
import { scoreOf } from "#components/boundary/families.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { useClock } from "#components/time/now.ts";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";

/** So long a green matrix counts (domain.md, Acceleration), in ms. */
const FRESH = 3_600_000;

export interface MatrixStanding {
  /** `none`: there is no route, and no matrix to ask. */
  readonly state: "none" | "asking" | "green" | "not_green";
  readonly last: Verification | null;
}

export function useMatrixState(route: string | null): MatrixStanding {
  const asked = useVerifications(route ?? "", { enabled: route !== null, limit: 1 });
  const last = asked.data?.items[0] ?? null;
  const at = last?.green ? Date.parse(last.finishedAt ?? last.at) : 0;
  const fresh = useClock((now) => (now - at < FRESH ? 1 : 0));
  if (route === null) return { state: "none", last: null };
  if (asked.isPending) return { state: "asking", last: null };
  return { state: fresh === 1 ? "green" : "not_green", last };
}

/** Whether the gate was proved within the hour; who may, runs the matrix from here. */
export function MatrixState({
  route,
  matrix: { state, last },
}: {
  readonly route: string | null;
  readonly matrix: MatrixStanding;
}) {
  const { mayRespond } = useMe();
  const client = useQueryClient();
  const run = useMutation({
    mutationFn: () => api<Verification>(`/routes/${encodeURIComponent(route ?? "")}/verify`, { method: "POST" }),
    onError: (thrown) => toast.error(wordsOf(thrown)),
    onSettled: () => client.invalidateQueries({ queryKey: KEYS.verifications(route ?? "") }),
  });
  if (route === null) return null;
  const score = last ? scoreOf(last) : null;
  const underWay = run.isPending || last?.finishedAt === null;
  return (
    <div
      className={`flex flex-wrap items-center gap-x-3 gap-y-2 rounded-m px-3 py-2 ${state === "not_green" ? "bg-rejected-soft" : "bg-sunken"}`}
      aria-live="polite"
    >
      <Glyph name={state === "green" ? "on_time" : underWay ? "running" : state === "asking" ? "due" : "rejected"} />
      <span className="min-w-0 flex-1">
        The matrix of{" "}
        <Link href={`/boundary/${encodeURIComponent(route)}`} className="text-accent hover:underline">
          {route}
        </Link>{" "}
        {state === "asking" ? "is being looked at" : null}
        {state !== "asking" && last === null ? "never ran" : null}
        {last && score ? (
          <>
            is {last.green ? "green" : `at ${score.passed} of ${score.of}`}, <RelativeTime at={last.at} />
          </>
        ) : null}
        {state === "not_green" ? (
          <span className="block text-ink-2">It has to be green within the last hour, before anything is spent.</span>
        ) : null}
      </span>
      {state === "not_green" && mayRespond ? (
        <Button busy={underWay} onClick={() => run.mutate()}>
          {underWay ? "Running…" : "Run the matrix"}
        </Button>
      ) : null}
    </div>
  );
}
