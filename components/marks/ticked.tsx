/** A sentence in which what stands between backticks is code. */
export function Ticked({ text }: { readonly text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 0 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text
      <span key={index}>{part}</span>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: as above
      <code key={index} className="font-mono text-[0.92em] whitespace-pre">
        {part}
      </code>
    ),
  );
}
