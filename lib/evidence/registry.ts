/** The registry of schedules as last read, in memory: whom a check-in can mean. */
import type { Instant } from "#lib/time/instant.ts";
import type { Address } from "./protocols/protocol.ts";

export interface RegistryEntry {
  readonly id: string;
  readonly projectId: number;
  readonly slug: string;
  readonly uuid: string;
  /** The id before the last rotation, and until when it is accepted. */
  readonly previousUuid: string | null;
  readonly previousUntil: Instant | null;
  readonly environment: string;
  readonly archived: boolean;
  readonly paused: boolean;
  readonly resumeOnCheckIn: boolean;
  readonly aliases: readonly string[];
}

export interface RegistryProject {
  readonly id: number;
  readonly pingKey: string;
  /** The one before it, which is taken until then. */
  readonly previousPingKey: string | null;
  readonly previousPingKeyUntil: Instant | null;
}

/** `unknown_slug`: the ping key is right. */
export type NotFound = "unknown_id" | "unknown_key" | "unknown_slug";

const NONE: readonly string[] = [];

export class Registry {
  readonly #byId = new Map<string, RegistryEntry>();
  readonly #byUuid = new Map<string, RegistryEntry>();
  readonly #previous = new Map<string, RegistryEntry>();
  readonly #slugs = new Map<number, Map<string, RegistryEntry>>();
  readonly #aliases = new Map<number, Map<string, RegistryEntry>>();
  readonly #environments = new Map<string, string>();
  #projects: readonly RegistryProject[] = [];
  #byKey = new Map<string, RegistryProject>();
  #byPreviousKey = new Map<string, RegistryProject>();

  get size(): number {
    return this.#byId.size;
  }

  /** The one that stands for all while there is only one. */
  get project(): RegistryProject | null {
    return this.#projects[0] ?? null;
  }

  setProjects(projects: readonly RegistryProject[]): void {
    this.#projects = projects;
    this.#byKey = new Map(projects.map((project) => [project.pingKey, project]));
    this.#byPreviousKey = new Map(
      projects.flatMap((project) => (project.previousPingKey === null ? [] : [[project.previousPingKey, project]])),
    );
  }

  get(id: string): RegistryEntry | undefined {
    return this.#byId.get(id);
  }

  ids(): Iterable<string> {
    return this.#byId.keys();
  }

  put(read: RegistryEntry): void {
    this.remove(read.id);
    // Equal texts of 100,000 rows are one: an environment is one of a few, and most have no alias.
    const known = this.#environments.get(read.environment);
    if (known === undefined) this.#environments.set(read.environment, read.environment);
    const entry = {
      ...read,
      environment: known ?? read.environment,
      aliases: read.aliases.length === 0 ? NONE : read.aliases,
    };
    this.#byId.set(entry.id, entry);
    this.#byUuid.set(entry.uuid, entry);
    if (entry.previousUuid !== null) this.#previous.set(entry.previousUuid, entry);
    within(this.#slugs, entry.projectId).set(entry.slug, entry);
    for (const alias of entry.aliases) within(this.#aliases, entry.projectId).set(alias, entry);
  }

  remove(id: string): void {
    const entry = this.#byId.get(id);
    if (!entry) return;
    this.#byId.delete(id);
    drop(this.#byUuid, entry.uuid, entry);
    if (entry.previousUuid !== null) drop(this.#previous, entry.previousUuid, entry);
    drop(this.#slugs.get(entry.projectId), entry.slug, entry);
    for (const alias of entry.aliases) drop(this.#aliases.get(entry.projectId), alias, entry);
  }

  /** A schedule's own slug goes before another's alias. */
  find(address: Address, now: Instant): RegistryEntry | NotFound {
    if (address.form === "uuid") {
      const entry = this.#byUuid.get(address.uuid);
      if (entry) return entry;
      const rotated = this.#previous.get(address.uuid);
      if (rotated && (rotated.previousUntil === null || now < rotated.previousUntil)) return rotated;
      return "unknown_id";
    }
    const project = this.#byKey.get(address.key) ?? this.#replaced(address.key, now);
    if (!project) return "unknown_key";
    return (
      this.#slugs.get(project.id)?.get(address.slug) ??
      this.#aliases.get(project.id)?.get(address.slug) ??
      "unknown_slug"
    );
  }

  /** A key that was replaced, while it is still taken. */
  #replaced(key: string, now: Instant): RegistryProject | undefined {
    const project = this.#byPreviousKey.get(key);
    const until = project?.previousPingKeyUntil ?? null;
    return until !== null && now < until ? project : undefined;
  }
}

function within<K, V>(all: Map<K, Map<string, V>>, key: K): Map<string, V> {
  const found = all.get(key);
  if (found) return found;
  const made = new Map<string, V>();
  all.set(key, made);
  return made;
}

/** Another schedule may have taken the name meanwhile: then it stays. */
function drop<V>(map: Map<string, V> | undefined, key: string, value: V): void {
  if (map?.get(key) === value) map.delete(key);
}
