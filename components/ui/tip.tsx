"use client";

import * as Tooltip from "@radix-ui/react-tooltip";
import type { ReactElement, ReactNode } from "react";

export interface TipProps {
  readonly text: string;
  readonly children: ReactElement;
}

/** How long the pointer has to rest, in ms. */
const TIP_AFTER = 250;

/** What a word or a sign means in full, on hover and focus. */
export function Tip({ text, children, defaultOpen = false }: TipProps & { readonly defaultOpen?: boolean }) {
  return (
    <Tooltip.Root defaultOpen={defaultOpen}>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={5}
          collisionPadding={8}
          className="z-50 max-w-[340px] rounded-m border border-line bg-surface px-2 py-1 text-s text-ink shadow-float"
        >
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** Around all tips that stand together: once one was shown, the next is at once. */
export const TipProvider = ({ children }: { readonly children: ReactNode }) => (
  <Tooltip.Provider delayDuration={TIP_AFTER}>{children}</Tooltip.Provider>
);

/** One that stands alone, and comes when the pointer has rested on its word already. */
export const OwnTip = (props: TipProps) => (
  <TipProvider>
    <Tip {...props} defaultOpen />
  </TipProvider>
);
