// Derives interface endpoints, their service names and their DNS names from features. Pure.
import { dnsSuffixOf } from "../aws/context";
import { type EndpointKind, endpointKinds, endpointNames, type EndpointName, type Feature, type FeatureName, features } from "./catalogue";

export const endpointKind = (name: EndpointName): EndpointKind => endpointKinds[name];
export const featureOf = (name: FeatureName): Feature => features[name];

/** A region and its partition, which determine service names and DNS names. */
export interface RegionContext {
  /** `eu-central-1` */
  region: string;
  /** `aws` */
  partition: string;
}

/** Domain of SageMaker user interfaces. Source: public suffix list, submissions of Amazon SageMaker. */
const siteDomainOf = (partition: string) => (partition === "aws-cn" ? "sagemaker.com.cn" : "sagemaker.aws");

/** Replaces the placeholders in a name from the catalogue. */
const inRegion = (name: string, { region, partition }: RegionContext) =>
  name.replaceAll("<region>", region).replaceAll("<suffix>", dnsSuffixOf({ partition })).replaceAll("<site>", siteDomainOf(partition));

/** Endpoints of a feature: required endpoints, then optional endpoints. */
export const endpointsOf = (feature: FeatureName): EndpointName[] => {
  const { required, optional = [] } = featureOf(feature);
  return [...required, ...optional];
};

export interface EndpointChoice {
  features: readonly FeatureName[];
  /** Endpoints in addition to those of the features. */
  add?: readonly EndpointName[];
  /** Endpoints to omit. */
  omit?: readonly EndpointName[];
  /** Endpoints that another VPC provides, or all. */
  central?: readonly EndpointName[] | "all";
}

/** All lists are in the order of the catalogue, except `missing`. */
export interface EndpointPlan {
  /** Endpoints of the features and added endpoints, including omitted endpoints. */
  requested: EndpointName[];
  /** Requested endpoints without omitted endpoints and those of another VPC. */
  names: EndpointName[];
  /** Omitted endpoints that a feature requires. */
  missing: { endpoint: EndpointName; feature: FeatureName }[];
}

export function planEndpoints({ features: chosen, add = [], omit = [], central = [] }: EndpointChoice): EndpointPlan {
  const all = new Set<EndpointName>([...chosen.flatMap(endpointsOf), ...add]);
  const requested = endpointNames.filter((name) => all.has(name));
  const isCentral = (name: EndpointName) => central === "all" || central.includes(name);
  return {
    requested,
    names: requested.filter((name) => !omit.includes(name) && !isCentral(name)),
    missing: chosen.flatMap((feature) =>
      featureOf(feature)
        .required.filter((endpoint) => omit.includes(endpoint) && !isCentral(endpoint))
        .map((endpoint) => ({ endpoint, feature })),
    ),
  };
}

/**
 * Possible service names of an endpoint, starting with the usual name:
 * `com.amazonaws.eu-central-1.sts`, `aws.sagemaker.eu-central-1.studio`.
 * In China some services have the prefix `cn.`.
 */
export function serviceNames(name: EndpointName, { region, partition }: RegionContext): string[] {
  const usual = endpointKind(name).service.replaceAll("<region>", region);
  return partition === "aws-cn" && usual.startsWith("com.amazonaws.") ? [usual, `cn.${usual}`] : [usual];
}

/**
 * DNS name of the package mirror: the configured name, or a name that stays the same when the endpoint is replaced.
 * `undefined` without a package mirror.
 */
export const mirrorHostOf = (name: string, { mirrorServiceName, mirrorHost }: { mirrorServiceName?: string; mirrorHost?: string }) =>
  mirrorServiceName && (mirrorHost ?? `packages.${name}.cloister.internal`);

/**
 * DNS names of S3. Many SDKs use the global names for buckets in us-east-1.
 * Source: AWS SDKs and Tools reference, "Amazon S3 us-east-1 regional endpoint".
 */
const s3Domains = ({ region }: RegionContext) => [
  "s3.<region>.<suffix>",
  "*.s3.<region>.<suffix>",
  ...(region === "us-east-1" ? ["s3.<suffix>", "*.s3.<suffix>"] : []),
];

/** DNS names that the DNS firewall allows: of endpoints, features, S3, EFS and network interfaces, and added names. */
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
    ...s3Domains(context),
    "*.efs.<region>.<suffix>",
    context.region === "us-east-1" ? "*.ec2.internal" : "*.<region>.compute.internal",
  ].map((domain) => inRegion(domain, context));
  return [...new Set([...domains, ...add])].sort();
}

/** DNS names of each feature of the catalog. */
export const featureDomains = (context: RegionContext): { feature: FeatureName; domains: string[] }[] =>
  (Object.keys(features) as FeatureName[]).map((feature) => ({
    feature,
    domains: [...endpointsOf(feature).flatMap((name) => endpointKind(name).domains), ...(featureOf(feature).domains ?? [])].map((domain) =>
      inRegion(domain, context),
    ),
  }));

/** A private hosted zone for the DNS names of an endpoint. */
export interface EndpointZone {
  endpoint: EndpointName;
  /** `sts.eu-central-1.amazonaws.com` */
  domain: string;
  /** Record name prefixes: for the domain itself, for all names below the domain, or for both. */
  records: ("" | "*.")[];
}

/**
 * Private hosted zones that other VPCs use to resolve an endpoint: its private DNS names resolve only in its own VPC.
 */
export function endpointZones(endpoint: EndpointName, context: RegionContext): EndpointZone[] {
  const names = endpointKind(endpoint).domains.map((name) => inRegion(name, context));
  const domains = [...new Set(names.map((name) => name.replace(/^\*\./, "")))];
  return domains.map((domain) => ({
    endpoint,
    domain,
    records: (["", "*."] as const).filter((prefix) => names.includes(`${prefix}${domain}`)),
  }));
}
