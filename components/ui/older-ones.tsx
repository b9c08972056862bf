import type { ReactNode } from "react";
import { Button, type ButtonProps } from "./button.tsx";

/** A list that comes page by page, as TanStack Query holds it. */
interface PagedList {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  fetchNextPage(): unknown;
}

/** The end of a list whose next page comes when it is asked for; nothing where there is none. */
export function OlderOnes({
  list,
  look = "plain",
  children = "Show older ones",
}: {
  readonly list: PagedList;
  readonly look?: NonNullable<ButtonProps["look"]>;
  readonly children?: ReactNode;
}) {
  if (!list.hasNextPage) return null;
  return (
    <div>
      <Button look={look} busy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
        {children}
      </Button>
    </div>
  );
}
