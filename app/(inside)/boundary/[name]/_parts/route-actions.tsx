"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { Route } from "#components/api/boundary.ts";
import { api, wordsOf } from "#components/api/client.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { AskByName } from "#components/ui/ask-by-name.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Menu, MenuItem, MenuLine } from "#components/ui/menu.tsx";
import { ShownOnce } from "#components/ui/shown-once.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";

const pathOf = (name: string): string => `/routes/${encodeURIComponent(name)}`;

/** What an admin does with a route. */
export function RouteActions({ route }: { readonly route: Route }) {
  const { mayAdminister } = useMe();
  const router = useRouter();
  const client = useQueryClient();
  const [asking, setAsking] = useState<"rotate" | "delete" | null>(null);
  const [gateKey, setGateKey] = useState<string | null>(null);
  const { name, version } = route;
  const stale = () => client.invalidateQueries({ queryKey: KEYS.route(name) });
  const onError = (thrown: unknown) => {
    toast.error(wordsOf(thrown));
    setAsking(null);
    return stale();
  };
  const rotate = useMutation({
    mutationFn: () => api<Route>(`${pathOf(name)}/rotate`, { method: "POST", ifMatch: version }),
    onSuccess: (stored) => {
      setAsking(null);
      if (typeof stored.gateKey === "string") setGateKey(stored.gateKey);
      return stale();
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: () => api<null>(pathOf(name), { method: "DELETE", ifMatch: version }),
    onSuccess: async () => {
      toast.success(`Deleted: ${name}`);
      router.push("/boundary");
      await client.invalidateQueries({ queryKey: KEYS.routes() });
      router.refresh();
    },
    onError,
  });
  if (!mayAdminister) return null;
  return (
    <>
      <Link
        href={`/boundary/${encodeURIComponent(name)}/edit`}
        className="inline-flex h-[30px] items-center rounded-m border border-line-strong bg-surface px-3 font-medium hover:bg-hover max-sm:h-11"
      >
        Edit
      </Link>
      <Menu
        trigger={
          <Button look="quiet" aria-label="More about this route">
            <Icon name="down" />
          </Button>
        }
      >
        <MenuItem onSelect={() => setAsking("rotate")}>A new gate key…</MenuItem>
        <MenuLine />
        <MenuItem onSelect={() => setAsking("delete")}>Delete…</MenuItem>
      </Menu>
      {asking === "rotate" ? (
        <Dialog
          open
          onOpenChange={(open) => (open ? undefined : setAsking(null))}
          title={`A new gate key for ${name}?`}
          lead="The old one signs and verifies nothing any more, at once. Until its gate has the new one, tickets do not verify and the matrix takes its answers for somebody else’s."
        >
          <p className="text-ink-2">
            The present key is of{" "}
            <RelativeTime at={typeof route.gateKey === "string" ? route.createdAt : route.gateKey.updatedAt} />.
          </p>
          <div className="mt-4 flex justify-end gap-2">
            <Button look="quiet" onClick={() => setAsking(null)}>
              Keep the old one
            </Button>
            <Button look="primary" busy={rotate.isPending} onClick={() => rotate.mutate()}>
              Make a new key
            </Button>
          </div>
        </Dialog>
      ) : null}
      {asking === "delete" ? (
        // The key of its gate goes with it, and nobody can bring that back.
        <AskByName
          title={`Delete ${name}?`}
          lead="Its secrets and the key of its gate are gone for good: what asks Rollcall under its name is refused from then on. What it decided stays in the history of its schedules."
          {...{ name, verb: "Delete", busy: remove.isPending }}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(null)}
        />
      ) : null}
      {gateKey === null ? null : (
        <ShownOnce
          title={`The gate key of ${name}`}
          lead="Give it to the gate as ROLLCALL_GATE_KEY. It is shown this once."
          label="Gate key"
          text={gateKey}
          onClose={() => setGateKey(null)}
        />
      )}
    </>
  );
}
