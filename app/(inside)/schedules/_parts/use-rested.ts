import { useEffect, useState } from "react";

/** The value as it was when it last rested for a moment. */
export function useRested<T>(value: T, millis: number): T {
  const [rested, setRested] = useState(value);
  const text = JSON.stringify(value);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text says whether the value is another
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), millis);
    return () => clearTimeout(timer);
  }, [text, millis]);
  return rested;
}
