"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

const PLACES = [
  ["people", "People"],
  ["keys", "API keys"],
  ["ping", "Ping key"],
  ["webhooks", "Webhooks"],
  ["maintenance", "Maintenance"],
  ["audit", "Audit log"],
] as const;

export function SettingsNav() {
  const path = usePathname();
  return (
    <nav aria-label="Settings" className="mt-3 flex gap-4 overflow-x-auto border-b border-line">
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
