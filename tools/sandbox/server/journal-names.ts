// Finds the names in a filter of the journal that no call can have. A misspelt name would look like a service without calls.
import { type CallFilter } from "./journal";
import { loadModel, type ServiceModel } from "./model";
import { type ServiceTraits } from "./service";
import { foldersOf } from "./wire/identify";

export interface UnknownName {
  option: "service" | "operation" | "account";
  /** The names that the sandbox knows, sorted. */
  known: string[];
  /** The name in the journal of a service that has another name in clients: `elasticfilesystem` for `efs`. */
  meant?: string;
}

export interface NameSources {
  accounts: readonly string[];
  services: readonly ServiceTraits[];
  /** botocore's folder with the service models. */
  models: string;
}

function modelsOf({ services, models }: NameSources, scope: string): ServiceModel[] {
  return foldersOf(services, scope).flatMap((folder) => {
    try {
      return [loadModel(models, folder)];
    } catch {
      return [];
    }
  });
}

const scopeOf = ({ signingName, endpointPrefix }: ServiceModel["metadata"]): string => signingName ?? endpointPrefix;
const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();

/** Without a service, an operation must be one of a service that does more than forward requests to moto. */
export function unknownNames({ service, operation, account }: CallFilter, sources: NameSources): UnknownName[] {
  const scopes = sorted(sources.services.map(({ scope }) => scope));
  const found = (service === undefined ? scopes : [service]).flatMap((scope) => modelsOf(sources, scope));
  const isKnown = service === undefined || scopes.includes(service) || found.some(({ metadata }) => scopeOf(metadata) === service);
  const operations = sorted(found.flatMap((model) => Object.keys(model.operations)));
  return [
    ...(isKnown ? [] : [{ option: "service" as const, known: scopes, ...(found[0] && { meant: scopeOf(found[0].metadata) }) }]),
    ...(isKnown && operation !== undefined && !operations.includes(operation) ? [{ option: "operation" as const, known: operations }] : []),
    ...(account !== undefined && !sources.accounts.includes(account)
      ? [{ option: "account" as const, known: sorted(sources.accounts) }]
      : []),
  ];
}
