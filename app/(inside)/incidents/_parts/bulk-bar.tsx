"use client";

import type { Incident } from "#components/api/shapes.ts";
import { Button } from "#components/ui/button.tsx";
import { Icon } from "#components/ui/icon.tsx";
import type { Asking } from "./act-dialog.tsx";

/** What can be done with the rows that are selected; at the foot, where a thumb reaches it. */
export function BulkBar({
  selected,
  onAcknowledge,
  onAsk,
  onClear,
}: {
  readonly selected: readonly Incident[];
  readonly onAcknowledge: () => void;
  readonly onAsk: (asking: Asking) => void;
  readonly onClear: () => void;
}) {
  if (selected.length === 0) return null;
  const open = selected.some(({ state }) => state === "open");
  const over = selected.every(({ state }) => state === "resolved");
  return (
    <div
      role="toolbar"
      aria-label="Selected incidents"
      className="sticky bottom-3 z-20 mt-4 flex flex-wrap items-center gap-2 rounded-[8px] border border-line-strong bg-surface px-3 py-2 shadow-float max-sm:-mx-3 max-sm:bottom-0 max-sm:grid max-sm:grid-cols-4 max-sm:rounded-none max-sm:border-x-0 max-sm:border-b-0"
    >
      <span className="mr-auto font-[550] max-sm:col-span-3 max-sm:mr-0" aria-live="polite">
        {selected.length} selected
      </span>
      <Button look="quiet" onClick={onClear} className="order-last max-sm:order-none" aria-label="Select nothing">
        <Icon name="close" />
      </Button>
      <Button look="quiet" disabled={over} onClick={() => onAsk("snooze")}>
        Snooze
      </Button>
      <Button look="quiet" disabled={over} onClick={() => onAsk("assign")}>
        Assign
      </Button>
      <Button look="quiet" onClick={() => onAsk("note")}>
        Note
      </Button>
      <Button look="quiet" disabled={over} onClick={() => onAsk("resolve")}>
        Resolve…
      </Button>
      <Button look="primary" disabled={!open} onClick={onAcknowledge} className="max-sm:col-span-4">
        Acknowledge
      </Button>
    </div>
  );
}
