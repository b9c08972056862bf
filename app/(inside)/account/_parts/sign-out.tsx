"use client";

import { signOut } from "next-auth/react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";

export function SignOut() {
  const [busy, setBusy] = useState(false);
  async function leave() {
    setBusy(true);
    await signOut({ redirect: false }).catch(() => undefined);
    window.location.assign("/sign-in");
  }
  return (
    <Button look="quiet" className="-mr-3" busy={busy} onClick={leave}>
      Sign out
    </Button>
  );
}
