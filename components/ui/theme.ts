import { remember, THEME_COOKIE } from "./remember.ts";

/** From light to dark or back, whatever is shown now. */
export function turnTheme(): void {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const next = (root.dataset["theme"] ?? system) === "dark" ? "light" : "dark";
  root.dataset["theme"] = next;
  remember(THEME_COOKIE, next);
}
