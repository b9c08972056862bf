"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect, useId, useRef, useState } from "react";
import { api, wordsOf } from "#components/api/client.ts";
import type { ImportPreview } from "#components/api/import-shapes.ts";
import type { Schedule } from "#components/api/shapes.ts";
import { refuseTaken } from "#components/api/taken-slugs.ts";
import { useZone } from "#components/time/zone.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Select } from "#components/ui/inputs.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Section } from "#components/ui/page.tsx";
import { type ImportKind, LARGEST_TEXT } from "#lib/schedules/imports/import-kind.ts";
import { KEYS } from "#lib/views/keys.ts";
import { ImportRow } from "./import-row.tsx";
import { bodyOf, type Change, foundInWords, type Row, rowsOf, toMake, wrongWith } from "./rows.ts";

const KINDS: readonly { readonly value: ImportKind | ""; readonly label: string }[] = [
  { value: "", label: "Tell it from the text" },
  { value: "crontab", label: "crontab" },
  { value: "vercel", label: "vercel.json" },
  { value: "kubernetes", label: "Kubernetes CronJobs" },
  { value: "github", label: "GitHub Actions workflow" },
];

const SAMPLE = "# crontab -l\n30 2 * * *  /opt/backup.sh\n*/15 * * * *  /opt/sync-orders.sh  # Sync orders";

/** Paste a file, look at what would be made of each of its entries, make those that one wants. */
export function ImportScreen({ zones }: { readonly zones: readonly string[] }) {
  const [area, list] = [useId(), useId()];
  const client = useQueryClient();
  const { browserZone } = useZone();
  // Not held by React: what is pasted before the page lives is not lost.
  const pasted = useRef<HTMLTextAreaElement>(null);
  const [kind, setKind] = useState<ImportKind | "">("");
  const [zone, setZone] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const [tooLarge, setTooLarge] = useState<string | null>(null);
  const [rows, setRows] = useState<readonly Row[]>([]);
  const [making, setMaking] = useState(false);
  const results = useRef<HTMLHeadingElement>(null);
  const preview = useMutation({
    mutationFn: () =>
      api<ImportPreview>("/imports/preview", {
        method: "POST",
        body: { text: pasted.current?.value ?? "", kind: kind === "" ? null : kind, timezone: zone ?? browserZone },
      }),
    onSuccess: (read) => setRows(rowsOf(read)),
  });
  const change = (index: number, to: Change) =>
    setRows((before) => before.map((row, at) => (at === index ? { ...row, ...to } : row)));

  async function take(files: FileList | null) {
    const [file] = files ?? [];
    if (!file) return;
    setTooLarge(file.size > LARGEST_TEXT ? `${file.name} is larger than 200 kB: paste the part with the jobs.` : null);
    if (file.size <= LARGEST_TEXT && pasted.current) pasted.current.value = await file.text();
  }
  /** One after the other, each a transaction of its own: what is made stays, what is refused says why and can be mended. */
  async function make() {
    setMaking(true);
    for (const index of toMake(rows)) {
      const row = rows[index];
      if (!row) continue;
      change(index, { outcome: { kind: "making" } });
      try {
        // A short name that was typed here may be somebody's: a row that was not said to change it must not.
        if (row.item.present !== "live" || row.slug !== row.item.slug) await refuseTaken(row.slug);
        const made = await api<Schedule>(`/schedules/${row.slug}`, { method: "PUT", body: bodyOf(row) });
        change(index, { outcome: { kind: "made", created: made.version === 1 } });
      } catch (thrown) {
        change(index, { outcome: { kind: "refused", because: wordsOf(thrown) } });
      }
    }
    setMaking(false);
    await client.invalidateQueries({ queryKey: KEYS.schedules() });
  }
  useEffect(() => {
    if (preview.isSuccess) results.current?.focus();
  }, [preview.isSuccess]);

  const waiting = toMake(rows).length;
  const blocked = rows.some((row) => row.wanted && row.outcome.kind !== "made" && wrongWith(row, rows) !== null);
  const made = rows.filter(({ outcome }) => outcome.kind === "made").length;
  const refused = rows.filter(({ outcome }) => outcome.kind === "refused").length;
  return (
    <div className="grid max-w-[1000px] grid-cols-1 gap-5">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          preview.mutate();
        }}
        className="grid gap-3"
      >
        <div>
          <div className="mb-1 flex flex-wrap items-baseline gap-x-3">
            <label htmlFor={area} className="text-ink-2">
              Paste a crontab, vercel.json, CronJob YAML or a workflow, or drop the file here
            </label>
            <label className="ml-auto cursor-pointer text-accent focus-within:outline-2 focus-within:outline-accent hover:underline">
              Choose a file
              <input type="file" className="sr-only" onChange={(event) => void take(event.target.files)} />
            </label>
          </div>
          <textarea
            id={area}
            ref={pasted}
            required
            placeholder={SAMPLE}
            rows={10}
            spellCheck={false}
            autoCapitalize="none"
            wrap="off"
            onDragOver={(event) => {
              event.preventDefault();
              setOver(true);
            }}
            onDragLeave={() => setOver(false)}
            onDrop={(event) => {
              event.preventDefault();
              setOver(false);
              void take(event.dataTransfer.files);
            }}
            className={`w-full rounded-m border bg-surface px-3 py-2 font-mono text-[12.5px] leading-[1.7] placeholder:text-ink-3 ${over ? "border-accent outline-2 outline-accent" : "border-line-strong"}`}
          />
        </div>
        {tooLarge === null ? null : <Notice look="bad">{tooLarge}</Notice>}
        <div className="grid grid-cols-[minmax(0,220px)_minmax(0,240px)_auto] items-end gap-3 max-sm:grid-cols-1">
          <Select
            label="It is"
            options={KINDS}
            value={kind}
            onChange={(event) => setKind(KINDS.find(({ value }) => value === event.target.value)?.value ?? "")}
          />
          <Field
            label="Zone, where the file names none"
            list={list}
            value={zone ?? browserZone}
            onChange={(event) => setZone(event.target.value)}
            spellCheck={false}
            autoComplete="off"
          />
          <datalist id={list}>
            {zones.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
          <div>
            <Button
              type="submit"
              look={rows.length === 0 ? "primary" : "plain"}
              className="h-8"
              busy={preview.isPending}
            >
              Read it
            </Button>
          </div>
        </div>
        {preview.isError ? <Notice look="bad">{wordsOf(preview.error)}</Notice> : null}
      </form>
      {preview.data ? (
        <Section title="What would be made" className="">
          <h3 ref={results} tabIndex={-1} className="mb-2 outline-none">
            {foundInWords(rows)}
          </h3>
          {preview.data.notes.map((note) => (
            <p key={note} className="mb-2 text-ink-2">
              {note}
            </p>
          ))}
          {rows.length === 0 ? null : (
            <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface">
              {rows.map((row, index) => (
                <ImportRow
                  key={`${row.item.where} ${row.item.slug}`}
                  row={row}
                  wrong={row.wanted ? wrongWith(row, rows) : null}
                  busy={making}
                  onChange={(to) => change(index, to)}
                />
              ))}
            </ul>
          )}
          <div className="mt-3 flex flex-wrap items-center gap-3">
            {waiting > 0 ? (
              <Button look="primary" busy={making} disabled={blocked} onClick={() => void make()}>
                {refused > 0 ? `Try ${waiting} again` : waiting === 1 ? "Watch it" : `Watch these ${waiting}`}
              </Button>
            ) : null}
            <span role="status" className="text-ink-2">
              {made > 0 || refused > 0
                ? `${made} made${refused > 0 ? `, ${refused} refused: see why beside each` : ""}.`
                : ""}
            </span>
            {made > 0 && !making ? (
              <Link href="/schedules" className="text-accent hover:underline">
                See them among the schedules
              </Link>
            ) : null}
          </div>
        </Section>
      ) : null}
    </div>
  );
}
