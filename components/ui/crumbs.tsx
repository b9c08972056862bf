import Link from "next/link";
import { Fragment } from "react";

/** Where a page lies: the pages above it, from the outermost, and its own name. */
export const Crumbs = ({
  above,
  here,
}: {
  readonly above: readonly { readonly name: string; readonly href: string }[];
  readonly here: string | number;
}) => (
  <>
    {above.map(({ name, href }) => (
      <Fragment key={href}>
        <Link href={href} className="hover:underline">
          {name}
        </Link>
        {" / "}
      </Fragment>
    ))}
    {here}
  </>
);
