import type { Window } from "#components/api/shapes.ts";

const [WIDTH, HEIGHT] = [728, 58];

/** The first windows as the timeline will show them: brackets, the runs in them, and now. The sentence above says the same. */
export function FirstLane({
  windows,
  early,
  since,
  now,
}: {
  /** `null`: not known yet; its place is kept. */
  readonly windows: readonly Window[] | null;
  /** A run that no window counts. */
  readonly early: number | null;
  readonly since: number;
  readonly now: number;
}) {
  const shown = (windows ?? []).slice(-6);
  const from = Math.min(since, ...shown.map(({ opensAt }) => Date.parse(opensAt)));
  const to = Math.max(now, ...shown.map(({ dueBy }) => Date.parse(dueBy)));
  const length = Math.max(1, to - from);
  const x = (at: number) => 16 + ((at - from) / length) * (WIDTH - 32);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className="block h-[58px] w-full border-t border-line"
      aria-hidden="true"
    >
      {shown.map(({ expectedAt, opensAt, dueBy, verdict, runs }) => {
        const [left, right] = [x(Date.parse(opensAt)), x(Date.parse(dueBy))];
        const missing = verdict === "missing";
        const arm = Math.min(5, Math.max(1, (right - left) / 3));
        return (
          <g key={expectedAt}>
            <path
              d={`M${left + arm} 20H${left}v18h${arm}M${right - arm} 20H${right}v18h${-arm}`}
              fill="none"
              stroke={missing ? "var(--bad-fill)" : "var(--line-strong)"}
              strokeWidth="1.3"
              strokeDasharray={missing ? "2.4 1.8" : undefined}
              vectorEffect="non-scaling-stroke"
            />
            {runs.map((run) => {
              const start = x(Date.parse(run.startedAt));
              const end = x(run.finishedAt === null ? now : Date.parse(run.finishedAt));
              return (
                <rect
                  key={run.id}
                  x={start}
                  y={23}
                  width={Math.max(4, end - start)}
                  height={12}
                  rx={1.5}
                  fill={run.outcome === "fail" ? "var(--bad-fill)" : run.outcome === "running" ? "var(--running-fill)" : "var(--ok-fill)"} // biome-ignore format: one choice
                />
              );
            })}
          </g>
        );
      })}
      {early === null ? null : (
        <path d={`M${x(early)} 24l5 5-5 5-5-5z`} fill="var(--idle-fill)" vectorEffect="non-scaling-stroke" />
      )}
      <path d={`M${x(now)} 6v46`} stroke="var(--accent)" strokeWidth="1.6" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
