"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { Button, type ButtonProps } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";

const AccelerateDialog = dynamic(() => import("./accelerate-dialog.tsx").then((file) => file.AccelerateDialog), {
  ssr: false,
});

/** Opens the dialog, which comes with the first press. Whoever may not operate is not offered it. */
export function AccelerateButton({
  slug,
  look = "plain",
  disabled = false,
}: { readonly slug: string } & Pick<ButtonProps, "look" | "disabled">) {
  const { mayOperate } = useMe();
  const [open, setOpen] = useState(false);
  if (!mayOperate) return null;
  return (
    <>
      <Button look={look} disabled={disabled} onClick={() => setOpen(true)}>
        Accelerate…
      </Button>
      {open ? <AccelerateDialog slug={slug} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
