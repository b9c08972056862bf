"use client";

import {
  cloneElement,
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  type ReactNode,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

interface Pressed {
  readonly onPointerEnter?: () => void;
  readonly onFocus?: () => void;
  readonly onPointerDown?: (event: PointerEvent) => void;
  readonly onClick?: () => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  readonly "aria-haspopup"?: "menu";
  readonly "aria-expanded"?: boolean;
}

/** What a menu that comes late is told: its button, and whether that has been pressed already. */
export interface LateMenuProps {
  readonly trigger: ReactElement;
  readonly defaultOpen: boolean;
}

/**
 * The button of a menu. The menu itself is loaded when a hand comes near, by pointer or focus, and then takes the
 * button's place; who presses sooner has it open as soon as it has come.
 *
 * @param children draws what `load` answered
 */
export function LateMenu<T>({
  trigger,
  load,
  children,
}: {
  readonly trigger: ReactElement<Pressed>;
  readonly load: () => Promise<T>;
  readonly children: (menu: T, told: LateMenuProps) => ReactNode;
}) {
  const [loaded, setLoaded] = useState<{ readonly menu: T; readonly defaultOpen: boolean } | null>(null);
  const frame = useRef<HTMLSpanElement>(null);
  const [pressed, focused] = [useRef(false), useRef(false)];
  // The button is another one now: who stood on the first stands on this.
  useLayoutEffect(() => {
    if (loaded && focused.current && !loaded.defaultOpen) frame.current?.querySelector("button")?.focus();
  }, [loaded, focused]);
  const come = () => {
    load().then(
      (menu) => {
        focused.current = frame.current?.contains(document.activeElement) ?? false;
        setLoaded((before) => before ?? { menu, defaultOpen: pressed.current });
      },
      // The next press tries again.
      () => {
        pressed.current = false;
      },
    );
  };
  const open = () => {
    pressed.current = true;
    come();
  };
  return (
    <span ref={frame} className="contents">
      {loaded
        ? children(loaded.menu, { trigger, defaultOpen: loaded.defaultOpen })
        : cloneElement(trigger, {
            "aria-haspopup": "menu",
            "aria-expanded": false,
            onPointerEnter: come,
            onFocus: come,
            // The button may be another one before it is let go, and then there is no click.
            onPointerDown: ({ button, ctrlKey }) => {
              if (button === 0 && !ctrlKey) open();
            },
            onClick: open,
            onKeyDown: ({ key }) => {
              if (key === "ArrowDown") open();
            },
          })}
    </span>
  );
}
