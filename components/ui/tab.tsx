import * as Tabs from "@radix-ui/react-tabs";
import type { ReactNode } from "react";

/** One of a row of tabs; the chosen one is underlined. */
export const Tab = ({
  value,
  children,
  className = "py-[9px]",
}: {
  readonly value: string;
  readonly children: ReactNode;
  readonly className?: string;
}) => (
  <Tabs.Trigger
    value={value}
    className={`whitespace-nowrap text-ink-2 outline-offset-[-2px] hover:text-ink data-[state=active]:font-[550] data-[state=active]:text-ink data-[state=active]:shadow-[0_2px_0_var(--accent)] ${className}`}
  >
    {children}
  </Tabs.Trigger>
);
