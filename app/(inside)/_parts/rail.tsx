"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useOpenIncidents } from "#components/api/incidents.ts";
import { useActiveAccelerations } from "#components/api/use-accelerations.ts";
import { Brand } from "#components/ui/brand.tsx";
import { Icon, type IconName } from "#components/ui/icon.tsx";
import { IntoTheVoid } from "./into-the-void.tsx";

const PLACES: readonly {
  readonly href: string;
  readonly name: string;
  readonly icon: IconName;
  readonly also?: string;
}[] = [
  { href: "/", name: "Timeline", icon: "timeline" },
  { href: "/incidents", name: "Incidents", icon: "incidents" },
  { href: "/schedules", name: "Schedules", icon: "schedules", also: "/new" },
  { href: "/boundary", name: "Boundary", icon: "boundary" },
  { href: "/accelerations", name: "Accelerations", icon: "accelerations" },
  { href: "/settings", name: "Settings", icon: "settings" },
];

const isHere = (path: string, { href, also }: (typeof PLACES)[number]): boolean =>
  href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`) || path === also;

/** On the left; on a phone along the bottom. */
export interface Watched {
  readonly all: number;
  /** Rollcall's own, among them. */
  readonly own: number;
}

function watchedInWords({ all, own }: Watched): string {
  const others = all - own;
  if (others === 0) return own === 0 ? "Watching nothing yet" : "Watching only itself so far";
  return `Watching ${others === 1 ? "1 schedule" : `${others} schedules`}${own === 0 ? "" : ", and itself"}`;
}

export function Rail({ open, watched }: { readonly open: number; readonly watched: Watched }) {
  const path = usePathname();
  const asked = useOpenIncidents().data;
  const active = useActiveAccelerations().data?.items.length ?? 0;
  const count = asked ? `${asked.items.length}${asked.nextCursor === null ? "" : "+"}` : `${open}`;
  return (
    <div className="row-span-3 flex flex-col border-r border-line bg-sunken px-2 py-3 max-sm:order-last max-sm:row-span-1 max-sm:border-t max-sm:border-r-0 max-sm:px-1 max-sm:pt-1 max-sm:pb-[max(4px,env(safe-area-inset-bottom))]">
      <Link href="/" className="px-2 pt-0.5 pb-[14px] max-sm:hidden">
        <Brand />
      </Link>
      <nav aria-label="Main" className="flex flex-col gap-0.5 max-sm:flex-row max-sm:justify-around">
        {PLACES.map((place) => (
          <Link
            key={place.href}
            href={place.href}
            aria-current={isHere(path, place) ? "page" : undefined}
            className="flex h-[30px] items-center gap-[10px] rounded-m px-2 text-ink-2 hover:text-ink aria-[current=page]:bg-surface aria-[current=page]:font-[550] aria-[current=page]:text-ink aria-[current=page]:shadow-[0_0_0_1px_var(--line)] max-sm:relative max-sm:h-12 max-sm:flex-auto max-sm:px-0.5 max-sm:flex-col max-sm:justify-center max-sm:gap-0.5 max-sm:text-[11px]"
          >
            <Icon name={place.icon} />
            <span className="max-sm:flex max-sm:gap-1">{place.name}</span>
            {place.href === "/incidents" && count !== "0" ? (
              <span className="ml-auto text-[11px] font-semibold text-bad max-sm:absolute max-sm:top-1 max-sm:left-1/2 max-sm:ml-2.5 max-sm:rounded-full max-sm:bg-bad-soft max-sm:px-1.5 max-sm:leading-4">
                {count}
                <span className="sr-only"> open</span>
              </span>
            ) : null}
            {place.href === "/accelerations" && active > 0 ? (
              <span className="ml-auto text-[11px] font-semibold text-accent max-sm:absolute max-sm:top-1 max-sm:left-1/2 max-sm:ml-2.5 max-sm:rounded-full max-sm:bg-accent-soft max-sm:px-1.5 max-sm:leading-4">
                {active}
                <span className="sr-only"> under way</span>
              </span>
            ) : null}
          </Link>
        ))}
      </nav>
      <div className="mt-auto max-sm:hidden">
        <IntoTheVoid />
        <p className="p-2 text-[11.5px] leading-[1.6] text-ink-3">{watchedInWords(watched)}</p>
      </div>
    </div>
  );
}
