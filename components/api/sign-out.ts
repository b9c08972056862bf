import { signOut } from "next-auth/react";
import { forgetRecent } from "#components/ui/recent.ts";

/** Ends the session, and goes to where one signs in. */
export async function leave(): Promise<void> {
  forgetRecent();
  await signOut({ redirect: false }).catch(() => undefined);
  window.location.assign("/sign-in");
}
