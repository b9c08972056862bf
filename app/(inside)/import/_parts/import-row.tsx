"use client";

import Link from "next/link";
import { useId } from "react";
import { Glyph } from "#components/marks/glyph.tsx";
import { Field } from "#components/ui/field.tsx";
import { Tag } from "#components/ui/page.tsx";
import { DIALECT_OPTIONS } from "../../schedules/_parts/dialects.ts";
import type { Change, Row } from "./rows.ts";

const dialectWords = (id: string): string => DIALECT_OPTIONS.find(({ value }) => value === id)?.label ?? id;

function Presence({ row: { item, wanted } }: { readonly row: Row }) {
  if (item.present === "live") {
    return (
      <Tag className="bg-late-soft text-late">{wanted ? "changes the one that is there" : "is there already"}</Tag>
    );
  }
  return item.present === "archived" ? <Tag>brings an archived one back</Tag> : null;
}

function Result({ row }: { readonly row: Row }) {
  const { outcome, slug } = row;
  if (outcome.kind === "making") return <span className="text-ink-2">Making it…</span>;
  if (outcome.kind === "refused") return <span className="text-bad">{outcome.because}</span>;
  if (outcome.kind !== "made") return null;
  return (
    <span className="text-ok">
      {outcome.created ? "Made" : "Changed"}:{" "}
      <Link href={`/schedules/${slug}`} className="text-accent hover:underline">
        {slug}
      </Link>
    </span>
  );
}

/** One entry of the file: what it says, and what would be made of it. */
export function ImportRow({
  row,
  wrong,
  busy,
  onChange,
}: {
  readonly row: Row;
  readonly wrong: string | null;
  readonly busy: boolean;
  readonly onChange: (to: Change) => void;
}) {
  const id = useId();
  const { item, wanted, outcome } = row;
  const { schedule } = item;
  if (schedule === null) {
    return (
      <li className="flex items-start gap-3 px-[14px] py-[10px]">
        <Glyph name="excused" className="mt-[3px]" />
        <div className="min-w-0">
          <p className="text-late">{item.refused}</p>
          <p className="font-mono text-s text-ink-2 [overflow-wrap:anywhere]">
            {item.where}: {item.written}
          </p>
        </div>
      </li>
    );
  }
  const done = outcome.kind === "made";
  return (
    <li className="flex items-start gap-3 px-[14px] py-[10px]">
      <input
        type="checkbox"
        id={id}
        checked={wanted}
        disabled={busy || done}
        onChange={(event) => onChange({ wanted: event.target.checked })}
        className="mt-[3px] size-[14px] flex-none accent-[var(--accent)]"
      />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
          <label htmlFor={id} className="font-[570] [overflow-wrap:anywhere]">
            {row.name === "" ? "Without a name" : row.name}
          </label>
          <code className="font-mono text-s">{schedule.spec.expression}</code>
          <span className="text-ink-2">
            {item.sentence} {schedule.timezone}, read as {dialectWords(schedule.spec.dialect)}.
          </span>
          <Presence row={row} />
          {item.suspended ? <Tag>suspended there</Tag> : null}
        </p>
        <p className="mt-0.5 truncate font-mono text-s text-ink-3" title={item.written}>
          {item.where}: {item.written}
        </p>
        {item.notes.map((note) => (
          <p key={note} className="mt-1 text-ink-2">
            {note}
          </p>
        ))}
        {wanted && !done ? (
          <>
            {item.warnings.map(({ code, message }) => (
              <p key={`${code} ${message}`} className="mt-1 flex items-start gap-2 text-ink-2">
                <Glyph name="late" className="mt-[3px]" />
                <span>{message}</span>
              </p>
            ))}
            <div className="mt-2 grid grid-cols-[1fr_1fr_120px] gap-3 max-sm:grid-cols-1">
              <Field
                label="Name"
                value={row.name}
                maxLength={200}
                disabled={busy}
                onChange={(event) => onChange({ name: event.target.value })}
              />
              <Field
                label="Short name, for addresses"
                value={row.slug}
                maxLength={100}
                spellCheck={false}
                disabled={busy}
                onChange={(event) => onChange({ slug: event.target.value })}
              />
              <Field
                label="Grace"
                value={row.grace}
                disabled={busy}
                onChange={(event) => onChange({ grace: event.target.value })}
              />
            </div>
          </>
        ) : null}
        <p className="mt-1 empty:hidden" aria-live="polite">
          {wrong === null || done ? <Result row={row} /> : <span className="text-bad">{wrong}</span>}
        </p>
      </div>
    </li>
  );
}
