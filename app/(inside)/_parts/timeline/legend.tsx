import { Glyph } from "#components/marks/glyph.tsx";

const ITEM = "inline-flex items-center gap-1.5";

/** What the marks of the picture mean. */
export function Legend() {
  return (
    <div className="flex flex-wrap gap-x-[14px] gap-y-1 border-t border-line px-[14px] py-[9px] max-sm:hidden text-s text-ink-2">
      <span className={ITEM}>
        <svg width="26" height="12" aria-hidden="true">
          <path d="M5 1H1v10h4M21 1h4v10h-4" fill="none" stroke="var(--ink-3)" />
        </svg>
        expected
      </span>
      <span className={ITEM}>
        <svg width="22" height="8" aria-hidden="true">
          <rect width="22" height="8" rx="2" fill="var(--ok-fill)" />
        </svg>
        run
      </span>
      <span className={ITEM}>
        <svg width="22" height="8" aria-hidden="true">
          <path d="M0 4h12" stroke="var(--late-fill)" strokeWidth="1.4" strokeDasharray="2 2" />
          <rect x="12" width="10" height="8" rx="2" fill="var(--late-fill)" />
        </svg>
        late
      </span>
      {(
        [
          ["missing", "missing"],
          ["rejected", "refused before the run"],
          ["failed", "failed"],
          ["overrun", "overrun"],
          ["running", "running"],
          ["blind", "Rollcall was down"],
          ["excused", "excused"],
        ] as const
      ).map(([name, words]) => (
        <span key={name} className={ITEM}>
          <Glyph name={name} />
          {words}
        </span>
      ))}
      <span className={ITEM}>
        <svg width="15" height="14" aria-hidden="true">
          <rect y="2" width="3" height="10" fill="var(--ok-fill)" opacity=".38" />
          <rect x="5" width="4" height="14" fill="var(--bad-fill)" />
          <rect x="11" y="2" width="3" height="10" fill="var(--ok-fill)" opacity=".38" />
        </svg>
        worst of many
      </span>
      <span className={ITEM}>
        <svg width="9" height="9" aria-hidden="true">
          <path d="M4.5 0l4 4.5-4 4.5-4-4.5z" fill="var(--idle-fill)" />
        </svg>
        unscheduled
      </span>
      <span className={ITEM}>
        <svg width="22" height="12" aria-hidden="true">
          <rect x=".5" y=".5" width="21" height="11" rx="3" fill="var(--accent-soft)" stroke="var(--accent)" />
        </svg>
        accelerated
      </span>
    </div>
  );
}
