"use client";

import * as Radix from "@radix-ui/react-dropdown-menu";
import type { ReactElement, ReactNode } from "react";

export function Menu({
  trigger,
  children,
  align = "end",
  defaultOpen = false,
}: {
  readonly trigger: ReactElement;
  readonly children: ReactNode;
  readonly align?: "start" | "end";
  readonly defaultOpen?: boolean;
}) {
  return (
    <Radix.Root defaultOpen={defaultOpen}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 min-w-[200px] rounded-[8px] border border-line bg-surface p-1 shadow-float"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const ITEM =
  "flex h-8 cursor-default items-center gap-2 rounded-m px-2 outline-none select-none data-[highlighted]:bg-hover data-[disabled]:text-ink-3 max-sm:h-11";

export function MenuItem({
  children,
  onSelect,
  asChild = false,
  disabled = false,
}: {
  readonly children: ReactNode;
  readonly onSelect?: () => void;
  readonly asChild?: boolean;
  readonly disabled?: boolean;
}) {
  return (
    <Radix.Item
      asChild={asChild}
      disabled={disabled}
      {...(onSelect === undefined ? {} : { onSelect })}
      className={ITEM}
    >
      {children}
    </Radix.Item>
  );
}

export const MenuLabel = ({ children }: { readonly children: ReactNode }) => (
  <Radix.Label className="px-2 py-1.5 text-s text-ink-2">{children}</Radix.Label>
);
export const MenuLine = () => <Radix.Separator className="my-1 h-px bg-line" />;

export function MenuChoice<T extends string>({
  chosen,
  options,
  onChoose,
}: {
  readonly chosen: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly note?: string }[];
  readonly onChoose: (value: T) => void;
}) {
  return (
    <Radix.RadioGroup
      value={chosen}
      onValueChange={(value) => {
        const option = options.find((one) => one.value === value);
        if (option) onChoose(option.value);
      }}
    >
      {options.map(({ value, label, note }) => (
        <Radix.RadioItem key={value} value={value} className={ITEM}>
          <span className="grid size-3 place-items-center rounded-full border border-line-strong">
            <Radix.ItemIndicator className="size-1.5 rounded-full bg-accent" />
          </span>
          {label}
          {note === undefined ? null : <span className="ml-auto pl-4 text-ink-3">{note}</span>}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}
