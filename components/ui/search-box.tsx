"use client";

import type { ReactNode, RefObject } from "react";
import { Icon } from "./icon.tsx";
import { useSettledText } from "./settled-text.ts";

/** Narrows a list by what is typed, once the typing pauses. Escape leaves the box. */
export function SearchBox({
  label,
  placeholder,
  q,
  onSettled,
  at,
  look,
  className,
  children,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly q: string;
  /** Stays the same function from one drawing to the next. */
  readonly onSettled: (q: string) => void;
  readonly at: RefObject<HTMLInputElement | null>;
  /** Of the box. */
  readonly look: string;
  readonly className: string;
  /** What stands in the box besides. */
  readonly children?: ReactNode;
}) {
  const [typed, setTyped] = useSettledText(q, onSettled);
  return (
    <label className={`relative block ${className}`}>
      <span className="sr-only">{label}</span>
      <Icon name="search" className="absolute inset-y-0 left-[9px] my-auto text-ink-3" />
      <input
        ref={at}
        type="search"
        value={typed}
        placeholder={placeholder}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        className={`h-[30px] rounded-m border border-line bg-surface pr-2 pl-[31px] text-ink placeholder:text-ink-3 max-sm:w-full max-sm:text-[16px] ${look}`}
      />
      {children}
    </label>
  );
}
