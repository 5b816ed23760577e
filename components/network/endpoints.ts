// From features to interface endpoints: which there are, their service names, and the DNS names they answer. Pure.
import { type EndpointKind, endpointKinds, endpointNames, type EndpointName, type Feature, type FeatureName, features } from "./catalogue";

export const endpointKind = (name: EndpointName): EndpointKind => endpointKinds[name];
export const featureOf = (name: FeatureName): Feature => features[name];

/** A region and its partition, which decide service names and DNS names. */
export interface RegionContext {
  /** `eu-central-1` */
  region: string;
  /** `aws` */
  partition: string;
}

/** DNS suffix of a partition: `amazonaws.com`, in China `amazonaws.com.cn`. */
const suffixOf = (partition: string) => (partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com");

/** Fills in the placeholders of a name in the catalogue. */
const inRegion = (name: string, { region, partition }: RegionContext) =>
  name.replaceAll("<region>", region).replaceAll("<suffix>", suffixOf(partition));

/** Endpoints of a feature: the required ones, then the optional ones. */
export const endpointsOf = (feature: FeatureName): EndpointName[] => {
  const { required, optional = [] } = featureOf(feature);
  return [...required, ...optional];
};

export interface EndpointChoice {
  features: readonly FeatureName[];
  /** Endpoints besides those of the features. */
  add?: readonly EndpointName[];
  /** Endpoints that are left out. */
  omit?: readonly EndpointName[];
}

/** All lists are in the order of the catalogue, except `missing`. */
export interface EndpointPlan {
  /** Endpoints of the features and the added ones, omitted ones included. */
  requested: EndpointName[];
  /** The requested endpoints without the omitted ones. */
  names: EndpointName[];
  /** Omitted endpoints that a feature requires. */
  missing: { endpoint: EndpointName; feature: FeatureName }[];
}

export function planEndpoints({ features: chosen, add = [], omit = [] }: EndpointChoice): EndpointPlan {
  const all = new Set<EndpointName>([...chosen.flatMap(endpointsOf), ...add]);
  const requested = endpointNames.filter((name) => all.has(name));
  return {
    requested,
    names: requested.filter((name) => !omit.includes(name)),
    missing: chosen.flatMap((feature) =>
      featureOf(feature)
        .required.filter((endpoint) => omit.includes(endpoint))
        .map((endpoint) => ({ endpoint, feature })),
    ),
  };
}

/**
 * Possible service names of an endpoint, the usual one first: `com.amazonaws.eu-central-1.sts`, `aws.sagemaker.eu-central-1.studio`.
 * In China some services have the prefix `cn.`.
 */
export function serviceNames(name: EndpointName, { region, partition }: RegionContext): string[] {
  const usual = endpointKind(name).service.replaceAll("<region>", region);
  return partition === "aws-cn" && usual.startsWith("com.amazonaws.") ? [usual, `cn.${usual}`] : [usual];
}

/** DNS name of the package mirror: the one that is set, or one that stays the same when the endpoint is replaced; `undefined` without a mirror. */
export const mirrorHostOf = (name: string, { mirrorServiceName, mirrorHost }: { mirrorServiceName?: string; mirrorHost?: string }) =>
  mirrorServiceName && (mirrorHost ?? `packages.${name}.cloister.internal`);

/** DNS names that the DNS firewall allows: those of endpoints, features, S3, EFS and the VPC's network interfaces, and the added ones. */
export function allowedDomains(
  args: RegionContext & {
    endpoints: readonly EndpointName[];
    features?: readonly FeatureName[];
    add?: readonly string[];
  },
): string[] {
  const { endpoints, features: chosen = [], add = [], ...context } = args;
  const domains = [
    ...endpoints.flatMap((name) => endpointKind(name).domains),
    ...chosen.flatMap((name) => featureOf(name).domains ?? []),
    "s3.<region>.<suffix>",
    "*.s3.<region>.<suffix>",
    "*.efs.<region>.<suffix>",
    context.region === "us-east-1" ? "*.ec2.internal" : "*.<region>.compute.internal",
  ].map((domain) => inRegion(domain, context));
  return [...new Set([...domains, ...add])].sort();
}

/** A private hosted zone that answers the DNS names of an endpoint. */
export interface EndpointZone {
  endpoint: EndpointName;
  /** `sts.eu-central-1.amazonaws.com` */
  domain: string;
  /** Prefixes of the records: the domain itself, all names below it, or both. */
  records: ("" | "*.")[];
}

/** Private hosted zones for an endpoint whose names other VPCs resolve: the endpoint's private DNS serves only its own VPC. */
export function endpointZones(endpoint: EndpointName, context: RegionContext): EndpointZone[] {
  const names = endpointKind(endpoint).domains.map((name) => inRegion(name, context));
  const domains = [...new Set(names.map((name) => name.replace(/^\*\./, "")))];
  return domains.map((domain) => ({
    endpoint,
    domain,
    records: (["", "*."] as const).filter((prefix) => names.includes(`${prefix}${domain}`)),
  }));
}
