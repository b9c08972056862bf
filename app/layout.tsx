import type { Metadata } from "next";
import type { ReactNode } from "react";
import "./globals.css";

/** Every page shows what the database holds now: none can be made when Rollcall is built. */
export const dynamic = "force-dynamic";

export const metadata: Metadata = { title: "Rollcall" };

export default function Layout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
