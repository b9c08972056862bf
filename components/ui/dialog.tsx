"use client";

import * as Radix from "@radix-ui/react-dialog";
import type { ReactNode } from "react";
import { Icon } from "./icon.tsx";

export interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}

/** Asks for something before the page goes on; on a phone it comes up from the bottom, where the thumb is. */
export function Dialog({ open, onOpenChange, title, lead, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Radix.Content
          {...(lead === undefined ? { "aria-describedby": undefined } : {})}
          className="fixed top-[12vh] left-1/2 z-50 max-h-[80vh] w-[min(480px,calc(100vw-24px))] -translate-x-1/2 overflow-auto rounded-[8px] border border-line bg-surface p-5 shadow-float max-sm:top-auto max-sm:bottom-0 max-sm:left-0 max-sm:max-h-[88dvh] max-sm:w-full max-sm:translate-x-0 max-sm:rounded-t-[14px] max-sm:rounded-b-none max-sm:p-4 max-sm:pb-[max(16px,env(safe-area-inset-bottom))]"
        >
          <div className="flex items-start gap-3">
            <Radix.Title className="flex-1 text-l font-[620] [overflow-wrap:anywhere]">{title}</Radix.Title>
            <Radix.Close
              aria-label="Close"
              className="-mt-1 -mr-1 rounded-m p-1.5 text-ink-3 hover:bg-hover hover:text-ink max-sm:p-3"
            >
              <Icon name="close" />
            </Radix.Close>
          </div>
          {lead === undefined ? null : (
            <Radix.Description asChild>
              <div className="mt-1 text-ink-2">{lead}</div>
            </Radix.Description>
          )}
          <div className="mt-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
