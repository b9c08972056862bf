"use client";

import { useState } from "react";
import { Icon } from "#components/ui/icon.tsx";
import { LateMenu } from "#components/ui/late-menu.tsx";
import type { ShareProps } from "./share-menu.tsx";

const menu = () => import("./share-menu.tsx").then((file) => file.ShareMenu);

/** What is shown, for somebody else: a link, a picture, a file, a sheet of paper. */
export function ShareButton(props: ShareProps) {
  const [busy, setBusy] = useState(false);
  return (
    <LateMenu
      load={menu}
      trigger={
        <button
          type="button"
          aria-busy={busy}
          className="inline-flex h-[30px] items-center gap-1.5 rounded-m border border-line bg-surface px-2.5 text-ink-2 hover:bg-hover hover:text-ink max-sm:h-10"
        >
          <Icon name="out" className="size-3.5" />
          <span className="sr-only">{busy ? "Writing …" : "Share"}</span>
        </button>
      }
    >
      {(ShareMenu, told) => <ShareMenu {...told} {...props} setBusy={setBusy} />}
    </LateMenu>
  );
}
