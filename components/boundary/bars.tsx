import type { Bar } from "./counts.ts";

/** Small bars over time, each stacked of its parts; the words beside them say the same. */
export function Bars({
  bars,
  label,
  colourOf,
  className = "h-11",
}: {
  readonly bars: readonly Bar[];
  /** The same in a sentence, for whoever does not see it. */
  readonly label: string;
  /** A utility for the ground of a part. */
  readonly colourOf: (name: string) => string;
  readonly className?: string;
}) {
  const most = Math.max(1, ...bars.map(({ total }) => total));
  return (
    <div role="img" aria-label={label} className={`flex items-end gap-[2px] ${className}`}>
      {bars.map(({ at, total, parts }) => (
        <span
          key={at}
          className="flex min-w-0 flex-1 flex-col-reverse overflow-hidden rounded-[1px]"
          style={{ height: total === 0 ? "2px" : `${Math.max(8, (total / most) * 100)}%` }}
        >
          {total === 0 ? <i className="h-full bg-idle-soft" /> : null}
          {parts.map(({ name, count }) => (
            <i key={name} className={colourOf(name)} style={{ flex: `${count} 1 0` }} />
          ))}
        </span>
      ))}
    </div>
  );
}
