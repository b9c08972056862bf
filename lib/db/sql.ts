/**
 * What a store needs of a connection or transaction. Both drivers that Rollcall uses (pg on hot paths, Prisma's client
 * in services) can be asked in this form, so that a store is written once.
 *
 * Rows hold only what both read alike: text, double precision, boolean, jsonb, and arrays of text. A time leaves a query
 * as milliseconds (`epochMs` below) and enters it as such (`timestamp`), a bigint as float8.
 */
export interface Sql {
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** SQL that reads a timestamptz as milliseconds since the epoch. */
export const epochMs = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

/** SQL that makes a timestamptz of milliseconds since the epoch, such as a parameter holds: `timestamp("$1")`. */
export const timestamp = (ms: string): string => `to_timestamp(${ms}::float8 / 1000)`;

/** A pattern for LIKE that finds the words anywhere, whatever signs are in them. */
export const likePattern = (words: string): string => `%${words.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
