"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useActOnIncident } from "#components/api/act-on-incident.ts";
import { api, wordsOf } from "#components/api/client.ts";
import { leave } from "#components/api/sign-out.ts";
import { useUndo } from "#components/api/use-undo.ts";
import { useRunNow } from "#components/schedules/run-now.tsx";
import { serverNow } from "#components/time/server-clock.ts";
import { useZone } from "#components/time/zone.tsx";
import { keepRecent } from "#components/ui/recent.ts";
import { turnTheme } from "#components/ui/theme.ts";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import type { Does, Entry } from "./entries.ts";

type Pausing = Extract<Does, { readonly kind: "pause" | "resume" }>;

/** Pauses or resumes by the API, and offers to take back a pause. */
function usePausing() {
  const client = useQueryClient();
  const offerUndo = useUndo();
  return useMutation({
    mutationFn: (what: Pausing) => {
      const path = `/schedules/${what.slug}/${what.kind}`;
      if (what.kind === "resume") return api(path, { method: "POST", body: {} });
      const { seconds } = what;
      const until = seconds === null ? null : new Date(serverNow() + seconds * 1_000).toISOString();
      return api(path, { method: "POST", body: { until, resumeOnCheckIn: false } });
    },
    onSuccess: (_done, { kind, slug, name }) => {
      const stale = [KEYS.schedule(slug), KEYS.schedules(), KEYS.windows(slug), KEYS.timeline()];
      if (kind === "resume") toast.success(`Goes on: ${name}`);
      else {
        const undo = () => api(`/schedules/${slug}/resume`, { method: "POST", body: {} });
        offerUndo({ did: `Paused: ${name}`, undone: `As before: ${name}`, undo, stale });
      }
      return Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
    },
    onError: (thrown) => toast.error(wordsOf(thrown)),
  });
}

/** Does what an entry of the palette says. */
export function useDo(): (entry: Entry) => void {
  const router = useRouter();
  const { choose } = useZone();
  const acting = useActOnIncident();
  const pausing = usePausing();
  const running = useRunNow();
  return ({ title, does }) => {
    switch (does.kind) {
      case "go":
        keepRecent({ title, href: does.href });
        return router.push(does.href);
      case "acknowledge":
        return acting.mutate({ id: does.id, act: { kind: "acknowledge" } });
      case "pause":
      case "resume":
        return pausing.mutate(does);
      case "run":
        return running.mutate({ slug: does.slug, name: does.name });
      case "write":
        return;
      case "zone":
        return choose(does.which);
      case "theme":
        return turnTheme();
      case "sign_out":
        return void leave();
    }
  };
}
