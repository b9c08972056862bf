"use client";

import { useState } from "react";
import { leave } from "#components/api/sign-out.ts";
import { Button } from "#components/ui/button.tsx";

export function SignOut() {
  const [busy, setBusy] = useState(false);
  return (
    <Button
      busy={busy}
      onClick={() => {
        setBusy(true);
        void leave();
      }}
    >
      Sign out
    </Button>
  );
}
