import type { ReactNode } from "react";
import { Brand } from "./brand.tsx";

/** A page that asks for one thing, for people who are not inside yet. */
export function NarrowPage({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead?: string;
  readonly children: ReactNode;
}) {
  return (
    <main className="mx-auto w-full max-w-[400px] px-4 py-12">
      <Brand />
      <h1 className="mt-[18px] text-xl leading-[1.3] font-[620] tracking-[-0.015em]">{title}</h1>
      {lead === undefined ? null : <p className="mt-1.5 text-ink-2">{lead}</p>}
      <div className="mt-[22px]">{children}</div>
    </main>
  );
}
