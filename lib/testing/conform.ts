/** Whether an answer is what the OpenAPI document says of it, no field more and none less; only tests import it. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
}

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface SentAnswer {
  readonly method: string;
  /** Below `/api/v1`, with its query. */
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

const REFERENCE = "#/components/schemas/";
const HERE = "http://rollcall.test/document";

/** Fields that the document does not know, where it does not say that there may be any. */
function unknownFields(document: ApiDocument, schema: Schema | undefined, value: unknown, path: string): string[] {
  if (schema?.$ref !== undefined) {
    return unknownFields(document, document.components.schemas[schema.$ref.slice(REFERENCE.length)], value, path);
  }
  if (schema === undefined || typeof value !== "object" || value === null) return [];
  const { anyOf, oneOf, allOf, items, properties, additionalProperties } = schema;
  const branches = anyOf ?? oneOf;
  if (branches) {
    const each = branches.map((one) => unknownFields(document, one, value, path));
    return each.reduce((least, one) => (one.length < least.length ? one : least));
  }
  if (allOf) return allOf.flatMap((one) => unknownFields(document, one, value, path));
  if (Array.isArray(value)) return value.flatMap((one) => unknownFields(document, items, one, `${path}[]`));
  if (properties === undefined) return [];
  return Object.entries(value).flatMap(([name, one]) => {
    const known = properties[name];
    if (known) return unknownFields(document, known, one, `${path}.${name}`);
    return additionalProperties === undefined || additionalProperties === false ? [`${path}.${name}`] : [];
  });
}

/** What is wrong with an answer, by the document; `null`: nothing, or it is none of the document's. */
export function conformity(document: ApiDocument): (answer: SentAnswer) => string | null {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: HERE, components: document.components });
  const validators = new Map<string, ValidateFunction>();
  const templates = Object.keys(document.paths)
    .map((template) => ({ template, like: new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}/?$`) }))
    // `/schedules/preview` before `/schedules/{slug}`.
    .sort((a, b) => a.template.split("{").length - b.template.split("{").length);

  return ({ method, path, status, type, body }) => {
    const name = method.toLowerCase();
    // As it is sent: a segment such as `%2e%2e` takes away the one before it.
    const bare = new URL(path, "http://rollcall").pathname;
    const found = templates.find(({ template, like }) => like.test(bare) && document.paths[template]?.[name]);
    const operation = found && document.paths[found.template]?.[name];
    if (!found || !operation) return null;
    const where = `${name} ${found.template} ${status}`;
    const said = operation.responses[status] ?? (status >= 400 ? operation.responses["default"] : undefined);
    if (!said) return `${where}: the document knows no such status`;
    if (!said.content) return body === null ? null : `${where}: the document knows no body`;
    const schema = said.content[type]?.schema;
    if (!schema) return `${where}: the document knows no ${type}`;
    if (!type.endsWith("json")) return null;
    const key = `${where} ${type}`;
    const validate =
      validators.get(key) ?? ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', `"${HERE}#/`)));
    validators.set(key, validate);
    if (!validate(body)) return `${where}: ${ajv.errorsText(validate.errors)}`;
    const unknown = unknownFields(document, schema, body, "");
    return unknown.length === 0 ? null : `${where}: the document knows no ${unknown.join(", ")}`;
  };
}
