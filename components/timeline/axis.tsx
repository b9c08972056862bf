"use client";

import { clockInZone } from "#components/time/words.ts";
import type { TimelineModel } from "./model.ts";
import type { Scale } from "./scale.ts";
import type { Tick } from "./ticks.ts";

/** The labels above the lanes, and the present as a pill. */
export function Axis({
  ticks,
  scale,
  now,
  zone,
  changes,
}: {
  readonly ticks: readonly Tick[];
  readonly scale: Scale;
  readonly now: number;
  readonly zone: string;
  readonly changes: TimelineModel["changes"];
}) {
  const short = scale.to - scale.from <= 900_000;
  const at = scale.x(now);
  const half = short ? 32 : 24;
  return (
    <div className="relative h-[34px] overflow-hidden text-[11.5px] text-ink-3" aria-hidden="true">
      {ticks
        .filter(({ x }) => Math.abs(x - at) > half + 24 && x > 14 && x < scale.width - 14)
        .map(({ at: moment, x, label, day }) => (
          <span
            key={moment}
            className={`absolute top-[9px] -translate-x-1/2 whitespace-nowrap ${day ? "font-[550] text-ink-2" : ""}`}
            style={{ left: x }}
          >
            {label}
          </span>
        ))}
      {changes
        .filter((change) => change.at >= scale.from && change.at <= scale.to)
        .map((change) => (
          <span
            key={`${change.at} ${change.title}`}
            title={change.title}
            className="absolute bottom-0 size-0 -translate-x-1/2 border-x-4 border-t-[6px] border-x-transparent border-t-ink-2"
            style={{ left: scale.x(change.at) }}
          />
        ))}
      <span
        className="absolute top-2 -translate-x-1/2 rounded-[9px] bg-accent px-[7px] text-[11px] leading-[18px] font-semibold text-on-accent"
        style={{ left: Math.min(at, scale.width - half) }}
      >
        {clockInZone(now, zone, { seconds: short })}
      </span>
    </div>
  );
}
