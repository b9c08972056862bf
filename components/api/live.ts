"use client";

import { createContext, useContext } from "react";

/** `opening`: the page is new. `live`: it is told what goes stale. `lost`: it was, or ought to be. */
export type LiveState = "opening" | "live" | "lost";

export const Live = createContext<LiveState>("opening");

export const useLive = (): LiveState => useContext(Live);

/** How often what is on a screen is asked for again while nothing tells that it went stale, in ms. */
const WITHOUT_STREAM = 2_000;
/** Beside the stream: what changes because time goes by, such as a window that comes due, is told by nobody. */
const BESIDE_STREAM = 30_000;

/**
 * The `refetchInterval` of every query whose answer changes by itself, in ms. Give the query a key of
 * `lib/views/keys.ts`: then it is asked again as soon as it goes stale, and the interval is only the net below.
 */
export const useRefetchInterval = (): number => (useLive() === "live" ? BESIDE_STREAM : WITHOUT_STREAM);
