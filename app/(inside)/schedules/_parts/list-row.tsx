"use client";

import Link from "next/link";
import type { Schedule } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { wordOf } from "#components/marks/look.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { cadenceInShort } from "#components/time/cadence.ts";
import { isOwn } from "#components/timeline/model.ts";
import { Tag } from "#components/ui/page.tsx";

/** As high as a lane: `--row`. */
export const CELL = "h-(--row) px-1.5 first:pl-[14px] last:pr-[14px]";

/** One schedule. Pressing it anywhere opens it; pressing its box chooses it. */
export function ListRow({
  schedule,
  chosen,
  onToggle,
}: {
  readonly schedule: Schedule;
  readonly chosen: boolean;
  readonly onToggle: ((range: boolean) => void) | null;
}) {
  const { slug, name, status, cadence, nextExpectedAt, lastRun, tags, environment, draft, owner } = schedule;
  const own = isOwn(schedule);
  return (
    <tr
      data-slug={slug}
      className={`relative border-t border-line hover:bg-hover ${chosen ? "bg-accent-soft" : ""} ${own ? "text-ink-3" : ""}`}
    >
      {onToggle === null ? null : (
        <td className={`${CELL} relative z-10 w-[38px]`}>
          {own ? null : (
            <input
              type="checkbox"
              checked={chosen}
              aria-label={`Choose ${name}`}
              onClick={(event) => onToggle(event.shiftKey)}
              onChange={() => {}}
              className="block size-[15px] accent-(--accent)"
            />
          )}
        </td>
      )}
      <td className={`${CELL} w-[30px]`}>
        <Glyph name={status} alone className="block" />
      </td>
      <td className={`${CELL} max-w-0`}>
        <div className="flex min-w-0 items-center gap-2">
          <Link
            href={`/schedules/${slug}`}
            prefetch={false}
            className={`truncate after:absolute after:inset-0 ${own ? "" : "font-[550]"}`}
          >
            {name}
          </Link>
          {draft ? <Tag className="bg-late-soft text-late">to be completed</Tag> : null}
          <span className="flex min-w-0 gap-1.5 overflow-hidden max-lg:hidden">
            {environment === "production" ? null : <Tag>{environment}</Tag>}
            {tags.slice(0, 3).map((tag) => (
              <Tag key={tag}>{tag}</Tag>
            ))}
            {tags.length > 3 ? <Tag>+{tags.length - 3}</Tag> : null}
          </span>
        </div>
      </td>
      <td className={`${CELL} w-[24%] max-w-0 truncate text-ink-2 max-md:hidden`}>{cadenceInShort(cadence)}</td>
      <td className={`${CELL} w-[110px] max-w-0 truncate text-ink-2 max-lg:hidden`}>{owner ?? ""}</td>
      <td className={`${CELL} w-[110px] whitespace-nowrap text-ink-2 max-sm:hidden`}>
        <span className="relative">
          {lastRun ? <RelativeTime at={lastRun.startedAt} /> : <span className="text-ink-3">never ran</span>}
        </span>
      </td>
      <td className={`${CELL} w-[96px] text-right whitespace-nowrap text-ink-2`}>
        <span className="relative">
          {status === "paused" || status === "archived" ? (
            wordOf(status).toLowerCase()
          ) : nextExpectedAt ? (
            <RelativeTime at={nextExpectedAt} />
          ) : null}
        </span>
      </td>
    </tr>
  );
}
