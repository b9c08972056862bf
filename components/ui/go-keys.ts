"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { isTyping } from "./use-keys.ts";

/** The pages that have a letter: G, and then it. */
const PAGES = [
  { key: "t", href: "/", name: "the timeline" },
  { key: "i", href: "/incidents", name: "incidents" },
  { key: "s", href: "/schedules", name: "schedules" },
  { key: "a", href: "/accelerations", name: "accelerations" },
  { key: ",", href: "/settings", name: "settings" },
] as const;

export const GO_TOLD = PAGES.map(({ key, name }) => ({ keys: ["G", key.toUpperCase()], does: `go to ${name}` }));

/** A page is named so soon after G, in ms. */
const NAMED_WITHIN = 1_500;

/** G and then a letter goes to a page, from every other. */
export function useGoKeys(): void {
  const router = useRouter();
  useEffect(() => {
    let asked = Number.NEGATIVE_INFINITY;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      const page = event.timeStamp - asked < NAMED_WITHIN ? PAGES.find((one) => one.key === key) : undefined;
      asked = key === "g" && !page ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (!page) return;
      // What the letter means on this page it does not mean now.
      event.preventDefault();
      event.stopImmediatePropagation();
      router.push(page.href);
    };
    window.addEventListener("keydown", press, { capture: true });
    return () => window.removeEventListener("keydown", press, { capture: true });
  }, [router]);
}
