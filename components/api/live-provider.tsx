"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { makeFreshener } from "./freshen.ts";
import { Live, type LiveState } from "./live.ts";
import { hearLive } from "./live-connection.ts";

/** A stream that comes back so soon was never missed (ms). */
const PATIENCE = 3_000;

/** Asks again for what the stream says is stale, and tells the screens below whether they hear of it. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>("opening");
  useEffect(() => {
    const freshener = makeFreshener({
      client,
      isSeen: () => document.visibilityState === "visible",
      sleep: (length) => new Promise((resolve) => setTimeout(resolve, length)),
      now: () => performance.now(),
    });
    return hearLive((heard) => {
      if (heard.kind === "up") setState("live");
      else if (heard.kind === "down") setState("lost");
      else if (heard.kind === "all") freshener.all();
      else for (const key of heard.keys) freshener.stale(key);
    });
  }, [client]);
  return <Live value={state}>{children}</Live>;
}

/** Says quietly that the stream is lost, to eyes and to screen readers. */
export function LiveNotice({ state }: { readonly state: LiveState }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (state !== "lost") return setShown(false);
    const timer = setTimeout(() => setShown(true), PATIENCE);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <span role="status" data-live={state} className="truncate text-s text-ink-2">
      {shown ? "Live updates lost, trying again" : ""}
    </span>
  );
}
