"use client";

import { Button } from "#components/ui/button.tsx";
import { Page } from "#components/ui/page.tsx";

export default function PageBroke({ reset }: { readonly error: Error; readonly reset: () => void }) {
  return (
    <Page title="This page could not be shown">
      <p className="mt-2 mb-4 text-ink-2">
        Rollcall goes on judging meanwhile. Try again; if it stays, the server's log says why.
      </p>
      <Button look="primary" onClick={reset}>
        Try again
      </Button>
    </Page>
  );
}
