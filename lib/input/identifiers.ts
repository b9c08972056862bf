/** The forms of identifiers: asked before a database is, which would refuse what has another form. Pure. */

/** A slug (domain.md, Schedule); routes, connections and webhooks are named in the same form. */
export const NAME = /^[a-z0-9-]{1,100}$/;
export const isName = (text: string): boolean => NAME.test(text);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** In any case, of any version. */
export const isUuid = (text: string): boolean => UUID.test(text);
