// Validates the Studio settings that name a host or a service against the network. Pure.
import { setCommand, setListCommand } from "../stack/fix-command";
import { type Problem } from "../stack/preflight";
import { type StudioNetwork, type StudioRequest } from "./request";

/** Whether the DNS firewall answers a name. `*.bank.example` stands for the names below `bank.example`. */
const matches = (host: string, domain: string) => (domain.startsWith("*.") ? host.endsWith(domain.slice(1)) : host === domain);

/** An address in numbers needs no DNS query. */
const isAddress = (host: string) => /^[\d.]+$/.test(host);

const resolves = ({ domains }: StudioNetwork, host: string) =>
  domains === undefined || isAddress(host) || domains.some((domain) => matches(host, domain));

const hostOf = (url: string) => new URL(url).hostname;

const addFeature = ({ path, features }: StudioNetwork, feature: string) => setListCommand(`${path}.features`, [...features, feature]);

/** The feature whose endpoints have the name, or the setting that lists other names. */
function fixHost(network: StudioNetwork, host: string): string {
  const feature = network.featureDomains.find(({ domains }) => domains.some((domain) => matches(host, domain)))?.feature;
  if (feature !== undefined) return addFeature(network, feature);
  return `${setCommand(`${network.path}.allowedDomains[${network.allowedDomains.length}]`, host)}, and list the name in 'allowedDomains' of the guardrail network-dns-firewall`;
}

/** Settings that are URLs, which apps and notebook instances resolve in the network. */
const urls = ({ settings, path }: StudioRequest) => [
  ...(settings.pip ? [{ setting: `${path}.pip.indexUrl`, url: settings.pip.indexUrl }] : []),
  ...(settings.git?.repositories ?? []).map((url, i) => ({ setting: `${path}.git.repositories[${i}]`, url })),
];

const hostProblems = (request: StudioRequest): Problem[] =>
  urls(request).flatMap(({ setting, url }) => {
    const host = hostOf(url);
    if (resolves(request.network, host)) return [];
    return [{ setting, text: `must have a host that the DNS firewall allows (got '${host}'). Fix: ${fixHost(request.network, host)}` }];
  });

/** Settings that have no effect without a feature of the network. */
function featureProblems({ settings, path, network }: StudioRequest): Problem[] {
  const needed = [
    { setting: "notebooks", isSet: settings.notebooks.length > 0, got: settings.notebooks.map(({ name }) => name), anyOf: ["notebooks"] },
    {
      setting: "git",
      // A host of a listed repository, or any host without a DNS firewall, can also be a Git server.
      isSet:
        settings.git !== undefined &&
        network.domains !== undefined &&
        !settings.git.repositories.some((url) => resolves(network, hostOf(url))),
      got: settings.git ? [settings.git.emailDomain] : [],
      anyOf: ["git", "connections"],
    },
  ];
  return needed
    .filter(({ isSet, anyOf }) => isSet && !anyOf.some((feature) => network.features.includes(feature)))
    .map(({ setting, got, anyOf }) => ({
      setting: `${path}.${setting}`,
      text: `requires the network feature ${anyOf.map((feature) => `'${feature}'`).join(" or ")} (got ${got.join(", ")}). Fix: ${addFeature(network, anyOf[0]!)}`,
    }));
}

/** The role that starts an app can pull images only from these accounts. */
const imageAccountProblems = ({ settings, path, network }: StudioRequest): Problem[] =>
  settings.images.flatMap(({ imageUri }, i) => {
    const account = imageUri.slice(0, 12);
    if (network.imageAccountIds.includes(account)) return [];
    const text = `must be in an account from which roles can pull images (got ${account}). Fix: ${setCommand(`${network.path}.imageAccounts[${network.imageAccounts.length}]`, account, { isText: true })}`;
    return [{ setting: `${path}.images[${i}].imageUri`, text }];
  });

const gitNameProblems = ({ settings, path }: StudioRequest): Problem[] =>
  settings.profiles.flatMap(({ gitName }, i) => {
    if (gitName === undefined || settings.git) return [];
    const text = `requires '${path}.git.emailDomain' (got '${gitName}'). Fix: set the domain, or remove the name`;
    return [{ setting: `${path}.profiles[${i}].gitName`, text }];
  });

export const networkProblems = (request: StudioRequest): Problem[] => [
  ...featureProblems(request),
  ...hostProblems(request),
  ...imageAccountProblems(request),
  ...gitNameProblems(request),
];
