import type { WireSpec } from "#components/api/shapes.ts";
import { specInShort } from "./stages.ts";

/** A spec in short: an expression as code, a length in words. */
export function SpecText({ spec }: { readonly spec: WireSpec }) {
  const text = specInShort(spec);
  return spec.kind === "cron" ? <code className="font-mono text-s">{text}</code> : text;
}
