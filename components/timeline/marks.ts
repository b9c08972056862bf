/** What is drawn in a lane. Pixels from its left edge; a painter knows the rest. */
import type { MarkName, Tone } from "#components/marks/look.ts";

export type Mark =
  /** Maintenance or a pause. */
  | { readonly kind: "shade"; readonly x0: number; readonly x1: number }
  /** The expected window, from `opensAt` to `dueBy`. */
  | { readonly kind: "bracket"; readonly x0: number; readonly x1: number; readonly look: BracketLook }
  /** From the end of the grace to the start of a run: lateness as a distance. */
  | { readonly kind: "distance"; readonly x0: number; readonly x1: number }
  | {
      readonly kind: "bar";
      readonly x0: number;
      readonly x1: number;
      readonly tone: Tone;
      /** Past its limit: hatched. */
      readonly over: boolean;
      /** Under way: no end. */
      readonly open: boolean;
      /** It reaches under runs of later windows, which lie on it. */
      readonly under: boolean;
    }
  | { readonly kind: "glyph"; readonly x: number; readonly name: MarkName }
  /** Refused at the boundary at this moment. */
  | { readonly kind: "barrier"; readonly x: number }
  /** The scheduler fired. */
  | { readonly kind: "attempt"; readonly x: number }
  /** Another version came into force. */
  | { readonly kind: "notch"; readonly x: number }
  /** Windows too narrow to be drawn, by the worst of them. */
  | { readonly kind: "cell"; readonly x0: number; readonly x1: number; readonly worst: MarkName };

/** `plain`: past; `due`: open now; `future`: still to come; the others are gaps. */
export type BracketLook = "plain" | "due" | "future" | "missing" | "rejected" | "blind" | "excused";
