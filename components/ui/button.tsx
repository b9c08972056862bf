import type { ButtonHTMLAttributes } from "react";

const LOOK = {
  /** What to do next: one on a page. */
  primary: "bg-accent border-accent text-on-accent hover:brightness-110",
  plain: "bg-surface border-line-strong text-ink hover:bg-hover",
  quiet: "border-transparent text-ink-2 hover:bg-hover hover:text-ink",
} as const;

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: keyof typeof LOOK;
  /** Under way: it cannot be pressed again, and says so. */
  readonly busy?: boolean;
}

export function Button({ look = "plain", busy = false, className = "", type = "button", ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      disabled={busy || rest.disabled}
      aria-busy={busy}
      className={`inline-flex h-[30px] items-center justify-center gap-[7px] rounded-m border px-3 font-medium whitespace-nowrap disabled:opacity-60 max-sm:h-11 ${LOOK[look]} ${className}`}
    />
  );
}
