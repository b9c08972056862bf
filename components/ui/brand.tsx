/** Three lanes: one run came, one is missing, one came. */
export function Brand() {
  return (
    <span className="flex items-center gap-2 text-[14px] font-[650] tracking-[-0.01em]">
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
        <path d="M2 4h4M2 9h4M2 14h4" stroke="var(--ink-3)" strokeWidth="2" strokeLinecap="round" />
        <path d="M9 4h7M9 14h7" stroke="var(--accent)" strokeWidth="2.6" strokeLinecap="round" />
        <path d="M9 9h7" stroke="var(--bad)" strokeWidth="2.2" strokeLinecap="round" strokeDasharray="1.6 3.4" />
      </svg>
      Rollcall
    </span>
  );
}
