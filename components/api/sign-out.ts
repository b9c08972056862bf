import { forgetRecent } from "#components/ui/recent.ts";
import { askNoMore } from "./client.ts";

/** Ends the session, and goes to where one signs in. */
export async function leave(): Promise<void> {
  forgetRecent();
  askNoMore();
  // Loaded now: no page needs it before.
  await import("next-auth/react").then(({ signOut }) => signOut({ redirect: false })).catch(() => undefined);
  window.location.assign("/sign-in");
}
