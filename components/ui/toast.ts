/** What was done, or why not, in a corner of the page. The library comes with the first press or toast, not with the page. */
import type { ExternalToast } from "sonner";

type Sonner = typeof import("sonner");

let coming: Promise<Sonner> | undefined;

/** One promise for all, so that toasts keep their order; after a failure it is tried again. */
export function loadToasts(): Promise<Sonner> {
  coming ??= import("sonner").catch((thrown: unknown) => {
    coming = undefined;
    throw thrown;
  });
  return coming;
}

/** Whoever shows toasts. */
const waiting = new Set<() => void>();

/** Calls when there is something to show. */
export function onFirstToast(show: () => void): () => void {
  waiting.add(show);
  return () => waiting.delete(show);
}

let made = 0;

function say(kind: "success" | "error", words: string, options: Omit<ExternalToast, "id"> = {}): string {
  const id = `toast-${++made}`;
  for (const show of waiting) show();
  loadToasts().then(
    ({ toast }) => toast[kind](words, { ...options, id }),
    // Whoever cannot load it is told that the server is out of reach.
    () => undefined,
  );
  return id;
}

export const toast = {
  success: (words: string, options?: Omit<ExternalToast, "id">): string => say("success", words, options),
  error: (words: string, options?: Omit<ExternalToast, "id">): string => say("error", words, options),
  dismiss(id: string): void {
    loadToasts().then(
      (sonner) => sonner.toast.dismiss(id),
      () => undefined,
    );
  },
};
