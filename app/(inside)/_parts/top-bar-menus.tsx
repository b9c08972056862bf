"use client";

import Link from "next/link";
import { leave } from "#components/api/sign-out.ts";
import { zoneInWords } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import type { LateMenuProps } from "#components/ui/late-menu.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Menu, MenuChoice, MenuItem, MenuLabel, MenuLine } from "#components/ui/menu.tsx";

export function ZoneMenu(given: LateMenuProps) {
  const { browserZone, utc, choose } = useZone();
  return (
    <Menu {...given}>
      <MenuLabel>Show times in</MenuLabel>
      <MenuChoice
        chosen={utc ? "utc" : "browser"}
        onChoose={choose}
        options={[
          { value: "browser", label: zoneInWords(browserZone), note: "this browser" },
          { value: "utc", label: "UTC" },
        ]}
      />
    </Menu>
  );
}

export function PersonMenu(given: LateMenuProps) {
  const { name, email, role } = useMe();
  return (
    <Menu {...given}>
      <MenuLabel>
        <span className="block font-[570] text-ink">{name}</span>
        {email}, {role}
      </MenuLabel>
      <MenuLine />
      <MenuItem asChild>
        <Link href="/account">Your account</Link>
      </MenuItem>
      <MenuItem onSelect={leave}>Sign out</MenuItem>
    </Menu>
  );
}
