import type { ReactNode } from "react";

/** The frame of a page inside the shell: a title, what stands beside it, and what one does here. */
export function Page({
  title,
  beside,
  actions,
  crumb,
  wide = false,
  children,
}: {
  readonly title: ReactNode;
  readonly beside?: ReactNode;
  readonly actions?: ReactNode;
  readonly crumb?: ReactNode;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div className={`w-full px-5 py-[18px] max-sm:px-3 ${wide ? "" : "max-w-[1180px]"}`}>
      {crumb === undefined ? null : <div className="mb-1.5 text-ink-3">{crumb}</div>}
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="min-w-0 text-xl leading-[1.3] font-[620] tracking-[-0.015em] [overflow-wrap:anywhere]">
          {title}
        </h1>
        {beside}
        {actions === undefined ? null : <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function Card({
  children,
  className = "",
  label,
}: {
  readonly children: ReactNode;
  readonly className?: string;
  readonly label?: string;
}) {
  return (
    <section aria-label={label} className={`rounded-[8px] border border-line bg-surface ${className}`}>
      {children}
    </section>
  );
}

export function Section({
  title,
  actions,
  children,
  className = "mt-5",
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <section className={className} aria-label={title}>
      <div className="mb-2 flex items-center gap-2">
        <h2 className="text-s font-semibold text-ink-2">{title}</h2>
        {actions === undefined ? null : <div className="ml-auto flex items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

export const Tag = ({ children, className = "" }: { readonly children: ReactNode; readonly className?: string }) => (
  <span
    className={`rounded-[10px] px-[7px] py-px text-[11.5px] whitespace-nowrap ${className === "" ? "bg-idle-soft text-ink-2" : className}`}
  >
    {children}
  </span>
);

export const Kbd = ({ children }: { readonly children: ReactNode }) => (
  <kbd className="rounded-[4px] border border-line-strong bg-surface px-[5px] font-sans text-[11px] text-ink-3">
    {children}
  </kbd>
);

/** Nothing here yet, and what to do so that there is. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="rounded-[8px] border border-line bg-surface px-5 py-8">
      <p className="text-l font-[570]">{title}</p>
      <div className="mt-2 grid max-w-[680px] gap-3 text-ink-2">{children}</div>
    </div>
  );
}

/** The shape of a list that is still on its way. */
export function Waiting({ rows = 5 }: { readonly rows?: number }) {
  return (
    <div className="divide-y divide-line rounded-[8px] border border-line bg-surface" aria-busy="true">
      <span className="sr-only">Loading</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <div key={row} className="flex h-[42px] items-center gap-3 px-[14px]">
          <span className="size-3 rounded-full bg-idle-soft" />
          <span className="h-3 rounded bg-idle-soft" style={{ width: `${38 - ((row * 7) % 20)}%` }} />
        </div>
      ))}
    </div>
  );
}
