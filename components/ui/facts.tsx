import type { ReactNode } from "react";
import { Card } from "./page.tsx";

export type FactRow = readonly [name: string, value: ReactNode];

/** What is known of the subject of a page, name by name; it stands in the right column. */
export const FactsCard = ({
  rows,
  nameWidth,
}: {
  readonly rows: readonly FactRow[];
  /** Of the column of names, in px. */
  readonly nameWidth: number;
}) => (
  <Card label="Facts" className="self-start p-[14px]">
    <dl className="grid gap-x-2 gap-y-1.5" style={{ gridTemplateColumns: `${nameWidth}px minmax(0, 1fr)` }}>
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3">{name}</dt>
          <dd className="[overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  </Card>
);
