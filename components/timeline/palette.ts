import type { Tone } from "#components/marks/look.ts";

/** The colours of the moment, read off the page so that they are those of its theme. */
export interface Palette {
  readonly fill: Readonly<Record<Tone, string>>;
  readonly soft: Readonly<Record<Tone, string>>;
  readonly line: string;
  readonly lineStrong: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly surface: string;
  readonly accent: string;
  readonly accentSoft: string;
  readonly onAccent: string;
  readonly sunken: string;
  readonly font: string;
}

const TONES: readonly Tone[] = ["ok", "late", "running", "bad", "rejected", "idle"];

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const value = (name: string): string => style.getPropertyValue(`--${name}`).trim() || "#888";
  const byTone = (suffix: string) =>
    Object.fromEntries(TONES.map((tone) => [tone, value(`${tone}-${suffix}`)])) as Record<Tone, string>;
  return {
    fill: byTone("fill"),
    soft: byTone("soft"),
    line: value("line"),
    lineStrong: value("line-strong"),
    ink: value("ink"),
    ink2: value("ink-2"),
    ink3: value("ink-3"),
    surface: value("surface"),
    accent: value("accent"),
    accentSoft: value("accent-soft"),
    onAccent: value("on-accent"),
    sunken: value("sunken"),
    font: style.fontFamily,
  };
}
