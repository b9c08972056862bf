"use client";

import { useEffect } from "react";
import { takeEarly } from "./early.ts";

/** Stands last on a page: what stands before it listens when this comes to life. */
export function Alive() {
  useEffect(() => {
    void takeEarly();
  }, []);
  return null;
}
