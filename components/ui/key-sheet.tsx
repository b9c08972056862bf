"use client";

import { Dialog } from "./dialog.tsx";
import { GO_TOLD } from "./go-keys.ts";
import { Kbd } from "./page.tsx";

export interface KeyTold {
  readonly keys: readonly string[];
  readonly does: string;
}

/** What the keys of a screen do, and those that lead to others; `?` opens it. */
export function KeySheet({ told, onClose }: { readonly told: readonly KeyTold[]; readonly onClose: () => void }) {
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title="Keys of this page"
    >
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-baseline gap-x-4 gap-y-2">
        {[...told, ...GO_TOLD].map(({ keys, does }) => (
          <div key={does} className="contents">
            <dt className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

/** The few that one uses most, along the foot of a page with a keyboard. */
export function KeyLine({ told }: { readonly told: readonly KeyTold[] }) {
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 px-0.5 py-[14px] text-ink-3 max-sm:hidden">
      {told.map(({ keys, does }) => (
        <span key={does} className="inline-flex items-center gap-1">
          {keys.map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}
          {does}
        </span>
      ))}
    </p>
  );
}
