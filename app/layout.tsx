import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { THEME_COOKIE } from "#components/ui/remember.ts";
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
  return (
    <html lang="en" {...(theme ? { "data-theme": theme } : {})}>
      <body>{children}</body>
    </html>
  );
}
