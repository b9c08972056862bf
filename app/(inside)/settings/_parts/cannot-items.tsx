/** What a driver cannot, a sentence an item. */
export function CannotItems({ sentences }: { readonly sentences: readonly string[] }) {
  return sentences.map((sentence) => (
    <li key={sentence} className="flex gap-2">
      <span aria-hidden="true" className="text-ink-3">
        –
      </span>
      {sentence}
    </li>
  ));
}
