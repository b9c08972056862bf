"use client";

import Link from "next/link";
import { useLive } from "#components/api/live.ts";
import { LiveNotice } from "#components/api/live-provider.tsx";
import { SearchField } from "#components/palette/search-field.tsx";
import { useClock } from "#components/time/now.ts";
import { clockInZone } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import { Brand } from "#components/ui/brand.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { LateMenu } from "#components/ui/late-menu.tsx";
import { useMe } from "#components/ui/me.tsx";
import { turnTheme } from "#components/ui/theme.ts";

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => [...word][0] ?? "")
    .filter((_, index, all) => index === 0 || index === all.length - 1)
    .join("")
    .toUpperCase();

const TRIGGER = "inline-flex h-[30px] items-center gap-1.5 rounded-m px-2 text-ink-2 hover:bg-hover hover:text-ink";

function ThemeSwitch() {
  return (
    <button type="button" onClick={turnTheme} className={TRIGGER} aria-label="Light or dark">
      <Icon name="sun" className="dark:hidden" />
      <Icon name="moon" className="hidden dark:block" />
    </button>
  );
}

const zoneMenu = () => import("./top-bar-menus.tsx").then((file) => file.ZoneMenu);
const personMenu = () => import("./top-bar-menus.tsx").then((file) => file.PersonMenu);

function ZoneButton() {
  const { zone } = useZone();
  const clock = useClock((now) => clockInZone(now, zone));
  return (
    <LateMenu
      load={zoneMenu}
      trigger={
        <button type="button" className={TRIGGER}>
          <span className="sr-only">Times are shown in</span>
          <span className="max-sm:sr-only">{zone}</span>
          <span className="text-ink-3">{clock}</span>
          <span className="sr-only">Choose another zone</span>
          <Icon name="down" className="size-3" />
        </button>
      }
    >
      {(ZoneMenu, told) => <ZoneMenu {...told} />}
    </LateMenu>
  );
}

function PersonButton() {
  const { name } = useMe();
  return (
    <LateMenu
      load={personMenu}
      trigger={
        <button
          type="button"
          className="grid size-6 place-items-center rounded-full bg-accent text-[10.5px] font-semibold text-on-accent max-sm:size-8"
        >
          <span aria-hidden>{initialsOf(name)}</span>
          <span className="sr-only">{name}: account and sign out</span>
        </button>
      }
    >
      {(PersonMenu, told) => <PersonMenu {...told} />}
    </LateMenu>
  );
}

export function TopBar({ host }: { readonly host: string }) {
  return (
    <header className="flex items-center gap-2 border-b border-line bg-surface px-5 max-sm:px-3">
      <Link href="/" className="sm:hidden" aria-label="Rollcall, to the timeline">
        <Brand />
      </Link>
      <SearchField />
      <span className="truncate pl-2 text-ink-2 max-sm:hidden">{host}</span>
      <span className="flex min-w-0 flex-1 justify-end">
        <LiveNotice state={useLive()} />
      </span>
      <ZoneButton />
      <ThemeSwitch />
      <PersonButton />
    </header>
  );
}
