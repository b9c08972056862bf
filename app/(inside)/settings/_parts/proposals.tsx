"use client";

import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { specInShort } from "#components/accelerations/stages.ts";
import { api, wordsOf } from "#components/api/client.ts";
import type { Proposal } from "#components/api/connections.ts";
import type { Schedule } from "#components/api/shapes.ts";
import { refuseTaken } from "#components/api/taken-slugs.ts";
import { readLength } from "#components/time/length.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Tag } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";

type Outcome = { readonly made: string } | { readonly because: string };

/** What a scheduler has: each job as a schedule that may be made of it. */
export function Proposals({
  connection,
  proposals,
  onClose,
}: {
  readonly connection: string;
  readonly proposals: readonly Proposal[];
  readonly onClose: () => void;
}) {
  const client = useQueryClient();
  const fresh = proposals.filter(({ schedule }) => schedule === null);
  const [wanted, setWanted] = useState<ReadonlySet<string>>(
    () => new Set(fresh.filter(({ enabled }) => enabled).map(({ driver }) => driver.ref)),
  );
  const [grace, setGrace] = useState("5 min");
  const [outcomes, setOutcomes] = useState<Readonly<Record<string, Outcome>>>({});
  const [making, setMaking] = useState(false);
  const seconds = readLength(grace);
  const isMade = (ref: string): boolean => outcomes[ref] !== undefined && "made" in outcomes[ref];
  const toMake = fresh.filter(({ driver: { ref } }) => wanted.has(ref) && !isMade(ref));
  const turn = (ref: string) =>
    setWanted((before) => {
      const next = new Set(before);
      if (!next.delete(ref)) next.add(ref);
      return next;
    });
  /** One after the other: what is made stays, what is refused says why. */
  async function make() {
    setMaking(true);
    for (const { slug, name, spec, timezone, driver } of toMake) {
      const told = (outcome: Outcome) => setOutcomes((before) => ({ ...before, [driver.ref]: outcome }));
      try {
        await refuseTaken(slug);
        const body = { name, spec, timezone, graceSeconds: seconds, driver, reason: `Found over ${connection}` };
        await api<Schedule>(`/schedules/${slug}`, { method: "PUT", body });
        told({ made: slug });
      } catch (thrown) {
        told({ because: wordsOf(thrown) });
      }
    }
    setMaking(false);
    await client.invalidateQueries({ queryKey: KEYS.schedules() });
    await client.invalidateQueries({ queryKey: KEYS.connections() });
  }
  return (
    <section aria-label={`What ${connection} has`} className="grid gap-3 rounded-m border border-line bg-ground p-3">
      <div className="flex items-center gap-2">
        <h3 className="font-[570]">
          {proposals.length === 0
            ? "It has no job"
            : `${proposals.length === 1 ? "1 job" : `${proposals.length} jobs`} there`}
        </h3>
        <Button look="quiet" className="ml-auto" onClick={onClose}>
          Close
        </Button>
      </div>
      <ul className="grid max-h-[50dvh] gap-2 overflow-auto">
        {proposals.map(({ driver: { ref }, name, slug, spec, timezone, native, enabled, notes, schedule }) => {
          const outcome = outcomes[ref];
          return (
            <li key={ref} className="flex items-start gap-3">
              <input
                type="checkbox"
                aria-label={`Watch ${name}`}
                checked={schedule === null && wanted.has(ref)}
                disabled={schedule !== null || making || isMade(ref)}
                onChange={() => turn(ref)}
                className="mt-[3px] size-[14px] flex-none accent-(--accent)"
              />
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-baseline gap-x-2">
                  <b className="font-[550] [overflow-wrap:anywhere]">{name}</b>
                  <code className="font-mono text-s" title={native}>
                    {specInShort(spec)}
                  </code>
                  <span className="text-ink-3">{timezone}</span>
                  {enabled ? null : <Tag>switched off there</Tag>}
                  {schedule === null ? null : (
                    <span className="text-ink-2">
                      is{" "}
                      <Link href={`/schedules/${schedule}`} className="text-accent hover:underline">
                        {schedule}
                      </Link>{" "}
                      already
                    </span>
                  )}
                </p>
                {notes.map((note) => (
                  <p key={note} className="text-ink-2">
                    {note}
                  </p>
                ))}
                <p aria-live="polite" className="empty:hidden">
                  {outcome === undefined ? null : "made" in outcome ? (
                    <span className="text-ok">
                      Watched:{" "}
                      <Link href={`/schedules/${slug}`} className="text-accent hover:underline">
                        {slug}
                      </Link>
                    </span>
                  ) : (
                    <span className="text-bad">{outcome.because}</span>
                  )}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
      {fresh.length === 0 ? null : (
        <div className="flex flex-wrap items-end gap-3">
          <Field
            label="Grace of each"
            className="w-[140px]"
            value={grace}
            disabled={making}
            error={seconds === null ? "Write a length such as 5 min." : undefined}
            onChange={(event) => setGrace(event.target.value)}
          />
          <Button
            look="primary"
            className="h-8"
            busy={making}
            disabled={toMake.length === 0 || seconds === null}
            onClick={() => void make()}
          >
            {toMake.length === 1 ? "Watch this one" : `Watch these ${toMake.length}`}
          </Button>
        </div>
      )}
    </section>
  );
}
