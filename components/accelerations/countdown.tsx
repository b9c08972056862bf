"use client";

import { useClock } from "#components/time/now.ts";
import { countdown } from "./stages.ts";

/** What is left until a moment, by the second. Who cannot see it change is told by the words around it. */
export function Countdown({ to, className = "" }: { readonly to: string; readonly className?: string }) {
  const at = Date.parse(to);
  const left = useClock((now) => countdown(at, now));
  return (
    <time dateTime={to} className={`tabular-nums ${className}`}>
      {left}
    </time>
  );
}
