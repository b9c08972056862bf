import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";
import { Alive } from "#components/ui/alive.tsx";
import { THEME_COOKIE } from "#components/ui/remember.ts";
import { EARLY_SCRIPT } from "./early-script.ts";
import "./globals.css";

/** Every page shows what the database holds now: none can be made when Rollcall is built. */
export const dynamic = "force-dynamic";

export const metadata: Metadata = { title: "Rollcall" };
export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  colorScheme: "light dark",
  viewportFit: "cover",
};

export default async function Layout({ children }: { readonly children: ReactNode }) {
  const chosen = (await cookies()).get(THEME_COOKIE)?.value;
  const theme = chosen === "dark" || chosen === "light" ? chosen : undefined;
  // Of this answer, as the server has said it (`server/page-policy.ts`).
  const nonce = /'nonce-([^']+)'/.exec((await headers()).get("content-security-policy") ?? "")?.[1];
  return (
    <html lang="en" {...(theme ? { "data-theme": theme } : {})}>
      <body>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own text, which nothing is put into */}
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: EARLY_SCRIPT }} />
        {children}
        <Alive />
      </body>
    </html>
  );
}
