import type { ReactNode } from "react";
import { type MarkName, TONE_TEXT, toneOf, wordOf } from "./look.ts";

const ring = <circle cx="7" cy="7" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" />;
const square = <rect x="2" y="2" width="10" height="10" rx="2" fill="currentColor" />;

/** One shape a verdict, 14 × 14, told apart without colour. */
const SHAPES: Readonly<Record<MarkName, ReactNode>> = {
  on_time: <circle cx="7" cy="7" r="4.5" fill="currentColor" />,
  late: (
    <>
      {ring}
      <path d="M7 2.5a4.5 4.5 0 0 1 0 9z" fill="currentColor" />
    </>
  ),
  running: (
    <>
      <circle cx="7" cy="7" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" opacity=".35" />
      <path
        className="origin-center motion-safe:animate-[spin_2s_linear_infinite]"
        d="M7 2.5A4.5 4.5 0 0 1 11.5 7"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
      />
    </>
  ),
  failed: (
    <>
      {square}
      <path d="M7 4.3v3.4M7 9.6v.1" stroke="var(--surface)" strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
  overrun: (
    <>
      {square}
      <path d="M7 4.4V7l1.9 1.3" stroke="var(--surface)" strokeWidth="1.4" strokeLinecap="round" fill="none" />
    </>
  ),
  missing: (
    <rect
      x="2.5"
      y="2.5"
      width="9"
      height="9"
      rx="1.5"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeDasharray="2.4 1.8"
    />
  ),
  rejected: (
    <>
      <path d="M2 4.5h10v4H2z" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <path
        d="M4 8.5l3-4M7.5 8.5l3-4M3.5 8.5V12M10.5 8.5V12"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinecap="round"
      />
    </>
  ),
  excused: <path d="M3 7h8" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  blind: <path d="M2 6l4-4M2 10l8-8M4 12l8-8M8 12l4-4" stroke="currentColor" strokeWidth="1.2" />,
  due: ring,
  upcoming: ring,
  new: ring,
  paused: <path d="M5 3.5v7M9 3.5v7" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
  archived: (
    <path
      d="M2.5 3h9v2.5h-9zM3.5 5.5V11h7V5.5M6 8h2"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.3"
      strokeLinejoin="round"
    />
  ),
};

export interface GlyphProps {
  readonly name: MarkName;
  /** Where no word stands beside it, the glyph says its own. */
  readonly alone?: boolean;
  readonly className?: string;
}

export function Glyph({ name, alone = false, className = "" }: GlyphProps) {
  const look = `inline-block size-[14px] flex-none ${TONE_TEXT[toneOf(name)]} ${className}`;
  if (!alone) {
    return (
      <svg viewBox="0 0 14 14" className={look} aria-hidden="true">
        {SHAPES[name]}
      </svg>
    );
  }
  return (
    <svg viewBox="0 0 14 14" className={look} role="img">
      <title>{wordOf(name)}</title>
      {SHAPES[name]}
    </svg>
  );
}
