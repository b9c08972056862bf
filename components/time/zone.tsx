"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { remember, ZONE_COOKIE } from "#components/ui/remember.ts";

export interface ZoneShown {
  /** The zone in which times are shown. */
  readonly zone: string;
  readonly browserZone: string;
  readonly utc: boolean;
  readonly choose: (which: "browser" | "utc") => void;
}

const Zone = createContext<ZoneShown>({ zone: "UTC", browserZone: "UTC", utc: true, choose: () => {} });

export const useZone = (): ZoneShown => useContext(Zone);

/**
 * @param remembered what this browser said of itself before, so that the server draws what the browser will; `null` on
 *   the first visit, which begins in UTC
 */
export function ZoneProvider({
  remembered,
  children,
}: {
  readonly remembered: { readonly browserZone: string; readonly utc: boolean } | null;
  readonly children: ReactNode;
}) {
  const [shown, setShown] = useState(remembered ?? { browserZone: "UTC", utc: false });
  const keep = useCallback((next: { readonly browserZone: string; readonly utc: boolean }) => {
    setShown(next);
    remember(ZONE_COOKIE, `${next.utc ? "utc" : "browser"} ${next.browserZone}`);
  }, []);
  useEffect(() => {
    const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (remembered?.browserZone !== browserZone) keep({ browserZone, utc: remembered?.utc ?? false });
  }, [remembered, keep]);
  const value = useMemo<ZoneShown>(
    () => ({
      ...shown,
      zone: shown.utc ? "UTC" : shown.browserZone,
      choose: (which) => keep({ ...shown, utc: which === "utc" }),
    }),
    [shown, keep],
  );
  return <Zone.Provider value={value}>{children}</Zone.Provider>;
}
