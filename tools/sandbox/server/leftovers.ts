// Lists the resources that exist in a world, except those that every account has by default.
import { AwsError } from "./aws-error";
import { type Journal } from "./journal";
import { type CallMoto, type Leftover, type Listing, type Service } from "./service";
import { type StateStore } from "./store";

/** A leftover resource with its service, account and region. */
export interface WorldLeftover extends Leftover {
  account: string;
  /** `global` for a service without regions. */
  region: string;
  service: string;
}

type Item = Record<string, unknown>;

/** The leftovers in every service, account and region that was used. */
export async function listLeftovers(
  services: readonly Service[],
  store: StateStore,
  journal: Journal,
  callMoto: (where: { account: string; region: string }, service: string, operation: string, input: object) => Promise<Item>,
): Promise<WorldLeftover[]> {
  const found = nativeLeftovers(services, store);
  for (const { account, region, used } of usedRegions(journal))
    for (const service of services)
      if (service.kind === "patched" && used.has(service.scope))
        for (const listing of service.leftovers) {
          const ids = await listIds(listing, service.model, (name, operation, input) =>
            callMoto({ account, region }, name, operation, input),
          );
          const where = { account, region: listing.global ? "global" : region, service: service.scope, type: listing.type };
          found.push(...ids.map((id) => ({ ...where, id })));
        }
  return [...new Map(found.map((leftover) => [Object.values(leftover).join(" "), leftover])).values()];
}

const nativeLeftovers = (services: readonly Service[], store: StateStore): WorldLeftover[] =>
  store.all().flatMap(({ service, account, region, state }) => {
    const native = services.find(({ scope, kind }) => scope === service && kind === "native");
    if (native?.kind !== "native") return [];
    const held = native.leftovers({ ...(native.initial() as object), ...(state as object) });
    return held.map(({ type, id, account: owner = account }) => ({ account: owner, region, service, type, id }));
  });

/** Accounts and regions with successful calls, and the services that were called in each. */
function usedRegions(journal: Journal): { account: string; region: string; used: Set<string> }[] {
  const regions = new Map<string, { account: string; region: string; used: Set<string> }>();
  for (const { account, region, service } of journal.query({ result: "ok" })) {
    if (!account) continue;
    const entry = regions.get(`${account}/${region}`) ?? { account, region, used: new Set() };
    regions.set(`${account}/${region}`, entry);
    entry.used.add(service);
  }
  return [...regions.values()];
}

async function listIds(listing: Listing, service: string, moto: CallMoto): Promise<string[]> {
  const ids: string[] = [];
  const seen = new Set<unknown>();
  let input: Item = { ...listing.input };
  for (;;) {
    const output = await moto(service, listing.operation, input);
    for (const item of (output[listing.list] ?? []) as Item[])
      if (!listing.isLeftover || (await listing.isLeftover(item, moto))) ids.push(String(listing.id ? item[listing.id] : item));
    const next = pageToken(output);
    if (!next) return ids;
    if (seen.has(next.value)) throw new AwsError("SandboxFailure", `The pages of ${service} ${listing.operation} do not end.`);
    seen.add(next.value);
    input = { ...listing.input, [next.name]: next.value };
  }
}

/** Names of page tokens in outputs, each with the input member for the token. */
const tokens: Record<string, string> = { NextToken: "NextToken", nextToken: "nextToken", NextMarker: "Marker", Marker: "Marker" };

function pageToken(output: Item): { name: string; value: unknown } | undefined {
  const name = Object.keys(tokens).find((key) => output[key]);
  return name === undefined ? undefined : { name: tokens[name]!, value: output[name] };
}
