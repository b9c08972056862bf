/** What a person types of a protected route, and the body that the API takes for it. Pure. */
import type { ContractShown, Route } from "#components/api/boundary.ts";
import { isMark } from "#components/boundary/contract-words.ts";
import type { ContractKind } from "#gate/contracts/kinds.ts";
import { contractOf } from "#gate/contracts/register.ts";
import { PROXIES, type ProxyKind, routeInput } from "#lib/boundary/schema.ts";
import { isName } from "#lib/input/identifiers.ts";

export const PROBE_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
type ProbeMethod = (typeof PROBE_METHODS)[number];

export interface ContractValues {
  readonly kind: ContractKind;
  /** Options, and secrets that are given anew; an empty secret stays as it is. */
  readonly fields: Readonly<Record<string, string>>;
  /** Secrets that are taken away. */
  readonly removed: Readonly<Record<string, boolean>>;
}

export interface RouteValues {
  readonly name: string;
  readonly contract: ContractValues;
  /** Whether the platform that calls it presents what its gate enforces. */
  readonly sameCaller: boolean;
  readonly caller: ContractValues;
  readonly hasManual: boolean;
  readonly manual: ContractValues;
  readonly url: string;
  readonly probeUrl: string;
  readonly probeMethods: readonly ProbeMethod[];
  readonly proxy: ProxyKind;
  readonly proxyKey: string;
  readonly proxyKeyRemoved: boolean;
  readonly allowPrivateNetwork: boolean;
}

const emptyContract = (kind: ContractKind): ContractValues => ({ kind, fields: {}, removed: {} });

export const emptyRoute = (): RouteValues => ({
  name: "",
  contract: emptyContract("vercel-cron"),
  ...{ sameCaller: true, caller: emptyContract("vercel-cron"), hasManual: false, manual: emptyContract("bearer") },
  ...{ url: "", probeUrl: "", probeMethods: ["GET"], proxy: "nginx", proxyKey: "", proxyKeyRemoved: false },
  allowPrivateNetwork: false,
});

function contractValues(shown: ContractShown | null, otherwise: ContractKind): ContractValues {
  if (shown === null) return emptyContract(otherwise);
  const { kind, ...options } = shown;
  const fields = Object.entries(options).flatMap(([name, value]) =>
    isMark(value) || value === null || value === undefined ? [] : [[name, String(value)] as const],
  );
  return { kind, fields: Object.fromEntries(fields), removed: {} };
}

export const routeValues = (route: Route): RouteValues => ({
  name: route.name,
  contract: contractValues(route.contract, "vercel-cron"),
  sameCaller: route.caller === null,
  caller: contractValues(route.caller, route.contract.kind),
  hasManual: route.manual !== null,
  manual: contractValues(route.manual, "bearer"),
  url: route.url ?? "",
  probeUrl: route.probeUrl ?? "",
  probeMethods: PROBE_METHODS.filter((method) => route.probeMethods.includes(method)),
  proxy: PROXIES.find((one) => one === route.proxy) ?? "nginx",
  ...{ proxyKey: "", proxyKeyRemoved: false, allowPrivateNetwork: route.allowPrivateNetwork },
});

/** Left out it stays, `null` takes it away. */
const secretOf = (typed: string, removed: boolean): string | null | undefined =>
  removed ? null : typed === "" ? undefined : typed;

function contractBody({ kind, fields, removed }: ContractValues): Readonly<Record<string, unknown>> {
  const body: Record<string, unknown> = { kind };
  for (const [name, field] of Object.entries(contractOf(kind).fields)) {
    const typed = fields[name] ?? "";
    if (field.type === "secret") body[name] = secretOf(typed, removed[name] ?? false);
    else if (typed.trim() === "") body[name] = field.required ? "" : undefined;
    else body[name] = field.type === "seconds" ? Number(typed) : typed.trim();
  }
  return body;
}

const optional = (text: string): string | null => (text.trim() === "" ? null : text.trim());

/** As `PUT /routes/{name}` takes it. */
export const routeBody = (values: RouteValues) => ({
  contract: contractBody(values.contract),
  caller: values.sameCaller ? null : contractBody(values.caller),
  manual: values.hasManual ? contractBody(values.manual) : null,
  url: optional(values.url),
  probeUrl: optional(values.probeUrl),
  probeMethods: values.probeMethods,
  proxy: values.proxy,
  proxyKey: secretOf(values.proxyKey, values.proxyKeyRemoved),
  allowPrivateNetwork: values.allowPrivateNetwork,
});

/** `contract.secret` of the API is `contract.fields.secret` of the form. */
export const pathInForm = (path: string): string =>
  path.replace(/^(contract|caller|manual)\.(?!kind$)/, "$1.fields.").replace(/^probeMethods\..*/, "probeMethods");

export interface WrongField {
  readonly path: string;
  readonly message: string;
}

/** What the API would refuse, at the fields of the form; what only it can know comes with its answer. */
export function wrongInRoute(values: RouteValues, before: Route | null): readonly WrongField[] {
  const wrong: WrongField[] = [];
  if (before === null && !isName(values.name)) {
    wrong.push({ path: "name", message: "Use 1 to 100 characters out of a-z, 0-9 and -." });
  } else if (before === null && values.name === "new") {
    wrong.push({ path: "name", message: "This is the address of this page. Choose another name." });
  }
  const read = routeInput.safeParse(routeBody(values));
  const known = new Set<string>();
  for (const { path, message } of read.success ? [] : read.error.issues) {
    const at = pathInForm(path.join("."));
    if (known.has(at)) continue;
    known.add(at);
    wrong.push({ path: at, message });
  }
  return wrong;
}

const FIELDS: readonly (readonly [keyof Route, string])[] = [
  ["contract", "Contract"],
  ["caller", "Who calls it"],
  ["manual", "Manual proof"],
  ["url", "Address"],
  ["probeUrl", "Read-only address"],
  ["probeMethods", "Methods of the read-only address"],
  ["proxy", "Proxy"],
  ["proxyKey", "Proxy key"],
  ["allowPrivateNetwork", "Private network"],
  ["gateKey", "Gate key"],
];

/** What is another between two versions of a route, in words. */
export const changedFields = (before: Route, theirs: Route): readonly string[] =>
  FIELDS.filter(([name]) => JSON.stringify(before[name]) !== JSON.stringify(theirs[name])).map(([, label]) => label);
