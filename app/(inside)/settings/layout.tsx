import type { ReactNode } from "react";
import { Page } from "#components/ui/page.tsx";
import { SettingsNav } from "./_parts/settings-nav.tsx";

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <Page title="Settings">
      <SettingsNav />
      <div className="mt-5">{children}</div>
    </Page>
  );
}
