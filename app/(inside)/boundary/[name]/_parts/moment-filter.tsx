"use client";

import { momentOf, wallText } from "#components/forms/wall-clock.ts";
import { useZone } from "#components/time/zone.tsx";
import type { Change } from "#components/ui/address.ts";
import { Button } from "#components/ui/button.tsx";

const BOX =
  "h-[30px] rounded-m border border-line bg-surface px-2 text-ink-2 max-sm:h-10 max-sm:w-full max-sm:text-[16px]";

/** From and to, on the clock of the zone that is shown; the address holds the moments. */
export function MomentFilter({
  query,
  onChange,
}: {
  readonly query: Pick<URLSearchParams, "get">;
  readonly onChange: (change: Change) => void;
}) {
  const { zone } = useZone();
  const shown = (name: string): string => {
    const at = query.get(name) ?? "";
    return Number.isNaN(Date.parse(at)) ? "" : wallText(at, zone);
  };
  const set = query.get("from") !== null || query.get("to") !== null;
  return (
    <>
      {(["from", "to"] as const).map((name) => (
        <label key={name} className="flex items-center gap-1.5 text-ink-2 max-sm:w-full">
          {name}
          <input
            type="datetime-local"
            aria-label={name === "from" ? "Decided from" : "Decided before"}
            value={shown(name)}
            onChange={(event) => onChange({ [name]: momentOf(event.target.value, zone) })}
            className={BOX}
          />
        </label>
      ))}
      {set ? (
        <Button look="quiet" onClick={() => onChange({ from: null, to: null })}>
          At any time
        </Button>
      ) : null}
    </>
  );
}
