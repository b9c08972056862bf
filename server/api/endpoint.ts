/** One row of the table of endpoints: what it takes, what it answers, and which use case does it. */
import type { z } from "@hono/zod-openapi";
import type { Context } from "#lib/access/context.ts";
import type { Result } from "#lib/problem.ts";

export type Method = "get" | "put" | "post" | "patch" | "delete";

export interface Answer {
  readonly status: 200 | 201 | 202 | 204;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as they are, instead of a body. */
  readonly bytes?: Uint8Array;
  /** Sent instead of a body, as what it is. */
  readonly text?: { readonly type: string; readonly text: string };
  /** Stands in `ETag`, for `If-Match`. */
  readonly version?: number;
}

export interface Asked<Params, Query, Body> {
  readonly ctx: Context;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The version in `If-Match`; `null` where there is none, −1 where it is no version. */
  readonly ifMatch: number | null;
  /** The `Accept` header; empty where there is none. */
  readonly accept: string;
}

/** A body that is not ours to parse as JSON: lines of somebody's log. */
export interface RawBody {
  readonly text: string;
  readonly contentType: string;
}

type Fields = Readonly<Record<string, z.ZodType>>;

export interface Endpoint {
  readonly method: Method;
  /** Below `/api/v1`: `/schedules/{slug}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly query: z.ZodObject | null;
  readonly body: z.ZodType | null;
  /** In bytes; `null`: as everywhere. */
  readonly largestBody: number | null;
  readonly takesVersion: boolean;
  /** Whether the body is handed on as a `RawBody`. */
  readonly raw: boolean;
  readonly answers: readonly {
    readonly status: Answer["status"];
    readonly schema: z.ZodType | "bytes" | null;
    /** Other types that it can be asked for in. */
    readonly also?: readonly string[];
  }[];
  readonly handle: (asked: Asked<Readonly<Record<string, string>>, never, never>) => Promise<Result<Answer>>;
}

interface Row<Query extends z.ZodObject<Fields>, Body extends z.ZodType, Path extends string> {
  readonly method: Method;
  readonly path: Path;
  readonly tag: string;
  readonly summary: string;
  readonly query?: Query;
  readonly body?: Body;
  readonly largestBody?: number;
  /** Whether `If-Match` means something here. */
  readonly takesVersion?: boolean;
  readonly raw?: boolean;
  readonly answers: Endpoint["answers"];
  readonly handle: (
    asked: Asked<Readonly<Record<ParamOf<Path>, string>>, z.output<Query>, z.output<Body>>,
  ) => Promise<Result<Answer>>;
}

type ParamOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | ParamOf<Rest> : never;

/** Keeps what its schemas say for its handler, and forgets it for the table. */
export const endpoint = <
  const Path extends string,
  Query extends z.ZodObject<Fields> = z.ZodObject<Record<never, never>>,
  Body extends z.ZodType = z.ZodUndefined,
>(
  row: Row<Query, Body, Path>,
): Endpoint => ({
  ...{ method: row.method, path: row.path, tag: row.tag, summary: row.summary, answers: row.answers },
  query: row.query ?? null,
  body: row.body ?? null,
  largestBody: row.largestBody ?? null,
  takesVersion: row.takesVersion ?? false,
  raw: row.raw ?? false,
  // The door reads query and body by these very schemas, and the params by this very path, before it asks.
  handle: row.handle as unknown as Endpoint["handle"],
});
