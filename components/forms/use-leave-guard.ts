"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";

/** Where somebody wants to go; `back` is the browser's own button. */
export type Leaving = { readonly to: string } | "back";

/**
 * Asks before what was typed is lost: for links and the browser's back button with a question of our own, for closing
 * and reloading with the browser's.
 * @param dirty whether there is something to lose
 */
export function useLeaveGuard(dirty: boolean) {
  const router = useRouter();
  const [leaving, setLeaving] = useState<Leaving | null>(null);
  const guarding = useRef(false);
  const free = useRef(false);
  useEffect(() => {
    if (!dirty) return;
    free.current = false;
    const unload = (event: BeforeUnloadEvent) => {
      if (!free.current) event.preventDefault();
    };
    const click = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!(link instanceof HTMLAnchorElement) || free.current || event.defaultPrevented) return;
      const elsewhere = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
      if (elsewhere || link.target === "_blank" || link.origin !== window.location.origin) return;
      event.preventDefault();
      event.stopPropagation();
      setLeaving({ to: `${link.pathname}${link.search}${link.hash}` });
    };
    // One step more than there is: going back falls upon it first, and the page stays.
    if (!guarding.current) {
      guarding.current = true;
      window.history.pushState(window.history.state, "", window.location.href);
    }
    const back = () => {
      if (free.current) return;
      window.history.pushState(window.history.state, "", window.location.href);
      setLeaving("back");
    };
    window.addEventListener("beforeunload", unload);
    document.addEventListener("click", click, true);
    window.addEventListener("popstate", back);
    return () => {
      window.removeEventListener("beforeunload", unload);
      document.removeEventListener("click", click, true);
      window.removeEventListener("popstate", back);
    };
  }, [dirty]);
  return {
    leaving,
    stay: () => setLeaving(null),
    /** From here on nothing is asked: it is saved, or nobody wants it. */
    release: () => {
      free.current = true;
    },
    leave: () => {
      free.current = true;
      if (leaving === "back") window.history.go(-2);
      else if (leaving !== null) router.push(leaving.to);
    },
    /** Goes there, or asks first. */
    goTo: (to: string) => {
      if (dirty) setLeaving({ to });
      else router.push(to);
    },
  };
}
