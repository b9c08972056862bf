"use client";

import { createContext, type ReactNode, useContext } from "react";
import type { Role } from "#lib/access/actor.ts";

/** Who looks, and what they may: for what a screen offers. The API decides for itself. */
export interface Me {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly mayRespond: boolean;
  readonly mayOperate: boolean;
  readonly mayAdminister: boolean;
}

const Signed = createContext<Me | null>(null);

export function MeProvider({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  return <Signed.Provider value={me}>{children}</Signed.Provider>;
}

export function useMe(): Me {
  const me = useContext(Signed);
  if (!me) throw new Error("this part stands outside of the shell");
  return me;
}
