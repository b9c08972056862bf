import { diffWordsWithSpace } from "diff";

/** Two texts in one: what went struck out, what came underlined. */
export function TextDifference({ was, is }: { readonly was: string; readonly is: string }) {
  let at = 0;
  return (
    <p className="whitespace-pre-wrap">
      {diffWordsWithSpace(was, is).map(({ value, added, removed }) => {
        const key = at;
        at += value.length;
        if (removed) {
          return (
            <del key={`${key}-`} className="bg-bad-soft text-bad">
              {value}
            </del>
          );
        }
        if (added) {
          return (
            <ins key={`${key}+`} className="bg-ok-soft text-ok">
              {value}
            </ins>
          );
        }
        return <span key={key}>{value}</span>;
      })}
    </p>
  );
}
