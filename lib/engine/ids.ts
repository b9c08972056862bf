export { newId } from "#lib/db/new-id.ts";
