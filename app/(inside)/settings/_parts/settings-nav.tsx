"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";

const PLACES = [
  ["people", "People"],
  ["keys", "API keys"],
  ["ping", "Ping key"],
  ["webhooks", "Webhooks"],
  ["connections", "Connections"],
  ["maintenance", "Maintenance"],
  ["changes", "Changes"],
  ["retention", "Retention"],
  ["audit", "Audit log"],
  ["about", "About"],
] as const;

export function SettingsNav() {
  const path = usePathname();
  const row = useRef<HTMLElement>(null);
  // On a phone the row is wider than the window: where one is stands in sight.
  useEffect(() => {
    row.current
      ?.querySelector(`[href="${path}"]`)
      ?.scrollIntoView({ behavior: "instant", block: "nearest", inline: "center" });
  }, [path]);
  return (
    <nav ref={row} aria-label="Settings" className="mt-3 flex gap-4 overflow-x-auto border-b border-line">
      {PLACES.map(([name, words]) => (
        <Link
          key={name}
          href={`/settings/${name}`}
          aria-current={path === `/settings/${name}` ? "page" : undefined}
          className="py-2 whitespace-nowrap text-ink-2 hover:text-ink aria-[current=page]:font-[550] aria-[current=page]:text-ink aria-[current=page]:shadow-[0_2px_0_var(--accent)]"
        >
          {words}
        </Link>
      ))}
    </nav>
  );
}
