"use client";

import { useClock } from "#components/time/now.ts";
import { absoluteInZone, lengthInWords, momentInZone, relativeInWords } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import { LateTip } from "#components/ui/late-tip.tsx";

export interface TimeProps {
  /** RFC 3339. */
  readonly at: string;
  readonly className?: string;
}

/** `3 min ago`, with the moment itself in a tooltip. */
export function RelativeTime({ at, className = "" }: TimeProps) {
  const { zone } = useZone();
  const moment = Date.parse(at);
  const words = useClock((now) => relativeInWords(moment, now));
  return (
    <LateTip text={`${absoluteInZone(moment, zone)} ${zone}`}>
      <time dateTime={at} className={className}>
        {words}
      </time>
    </LateTip>
  );
}

/** `02:05:07`, and the day where it is not today's: for lists of events, where the moment comes first. */
export function AbsoluteTime({ at, className = "" }: TimeProps) {
  const { zone } = useZone();
  const moment = Date.parse(at);
  const words = useClock((now) => momentInZone(moment, zone, now));
  const away = useClock((now) => relativeInWords(moment, now));
  return (
    <LateTip text={`${absoluteInZone(moment, zone)} ${zone}, ${away}`}>
      <time dateTime={at} className={className}>
        {words}
      </time>
    </LateTip>
  );
}

const MINUTE = 60_000;

/** `2 h 37 min` from a moment to another, or to now: by the minute, but for the first one. */
export function LengthSince({ from, to }: { readonly from: string; readonly to: string | null }) {
  const { zone } = useZone();
  const begin = Date.parse(from);
  const words = useClock((now) => {
    const length = Math.max(1_000, (to === null ? now : Date.parse(to)) - begin);
    const unit = length < MINUTE ? 1_000 : MINUTE;
    return lengthInWords(Math.floor(length / unit) * unit);
  });
  return (
    <LateTip text={`since ${absoluteInZone(begin, zone)} ${zone}`}>
      <time dateTime={from}>{words}</time>
    </LateTip>
  );
}
