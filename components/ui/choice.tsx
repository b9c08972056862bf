import Link from "next/link";
import type { MouseEvent, ReactNode } from "react";

const FRAME = "inline-flex overflow-hidden rounded-m border border-line bg-surface";
const ONE = "h-7 border-r border-line px-[10px] leading-7 whitespace-nowrap last:border-0";
const shade = (on: boolean) =>
  on ? "bg-accent-soft font-[550] text-accent" : "text-ink-2 hover:bg-hover hover:text-ink";

export interface Option<T extends string> {
  readonly value: T;
  readonly label: ReactNode;
}

/**
 * One of a few, each of which is an address.
 *
 * @param onChoose does it without asking the server for the page; else the link leads there
 */
export function ChoiceOfLinks<T extends string>({
  label,
  options,
  chosen,
  hrefOf,
  onChoose,
}: {
  readonly label: string;
  readonly options: readonly Option<T>[];
  readonly chosen: T;
  readonly hrefOf: (value: T) => string;
  readonly onChoose?: (value: T) => void;
}) {
  const choose = (event: MouseEvent, value: T) => {
    // In a tab or a window of its own it is a page like every other.
    if (!onChoose || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onChoose(value);
  };
  return (
    <nav aria-label={label} className={FRAME}>
      {options.map(({ value, label: text }) => (
        <Link
          key={value}
          href={hrefOf(value)}
          aria-current={value === chosen ? "true" : undefined}
          scroll={false}
          prefetch={onChoose ? false : null}
          onClick={(event) => choose(event, value)}
          className={`${ONE} ${shade(value === chosen)} outline-offset-[-2px]`}
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}

/** One of a few, of which a form or a screen takes note. */
export function Choice<T extends string>({
  label,
  options,
  chosen,
  onChoose,
}: {
  readonly label: string;
  readonly options: readonly Option<T>[];
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
}) {
  return (
    <fieldset className={FRAME} aria-label={label}>
      {options.map(({ value, label: text }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen}
          onClick={() => onChoose(value)}
          className={`${ONE} ${shade(value === chosen)} outline-offset-[-2px]`}
        >
          {text}
        </button>
      ))}
    </fieldset>
  );
}
