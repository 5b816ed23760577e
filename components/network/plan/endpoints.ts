// Plans which interface endpoints to create, and in which Availability Zones. Pure.
import { type Planned, type Problem } from "../../stack/preflight";
import { type EndpointName, type FeatureName } from "../catalogue";
import { endpointsOf, featureOf } from "../endpoints";
import { type FoundEndpoint, type NetworkFindings } from "../lookup/findings";
import { isManaged } from "../managed-tags";
import { isShared, type NetworkRequest, type PreparedRequest } from "../request";
import { type NetworkPlan, type PlannedEndpoint } from "./network-plan";
import { openPolicyProblem } from "./open-policy";
import { networkProblem, omitProblem, problemsIf } from "./problems";
import { offersEndpoint } from "./zones";

/**
 * An endpoint in the existing VPC that this network did not create, and that has the private DNS name of its service.
 */
const existingEndpoint = (request: NetworkRequest, { endpoints }: NetworkFindings, name: EndpointName): FoundEndpoint | undefined =>
  endpoints.find((found) => found.name === name && found.privateDns && !isManaged(request, found.tags, name));

/** Plans the endpoints that features and settings request, in the network's Availability Zones. */
export function planInterfaceEndpoints(
  request: PreparedRequest,
  findings: NetworkFindings,
  zones: string[],
): Planned<Pick<NetworkPlan, "endpoints" | "existingEndpointGroupIds">> {
  const { names, missing } = request.endpointPlan;
  const planned = names.map((name) => planEndpoint(name, request, findings, zones));
  const existing = [...new Set(missing.flatMap(({ endpoint }) => existingEndpoint(request, findings, endpoint) ?? []))];
  const used = existing.flatMap(({ securityGroupIds }) => securityGroupIds);
  return {
    plan: { endpoints: planned.flatMap(({ plan }) => plan ?? []), existingEndpointGroupIds: [...new Set(used)] },
    problems: [
      ...missing
        .filter(({ endpoint }) => !existingEndpoint(request, findings, endpoint))
        .map(({ endpoint, feature }) =>
          omitProblem(
            request,
            { endpoint, isOmitted: true },
            `must not contain '${endpoint}', which the feature '${feature}' requires`,
            `remove '${endpoint}' from the list, or remove the feature '${feature}'`,
          ),
        ),
      // The ID of several endpoints is unknown, and only one of them has the private DNS name.
      ...existing.filter(({ id }) => id !== "several").flatMap((found) => openPolicyProblem(request, found)),
      ...planned.flatMap(({ problems }) => problems),
    ],
  };
}

/** A problem with an endpoint that the region does not offer. Names the setting that selects the endpoint. */
function unofferedProblem(request: NetworkRequest, name: EndpointName): Problem {
  const { network, region } = request;
  const reason = `because ${region} does not offer the endpoint`;
  const needing = network.features.filter((feature) => featureOf(feature).required.includes(name)).map((feature) => `'${feature}'`);
  if (needing.length > 0) {
    const list = needing.join(", ");
    return networkProblem(request, "features", `must not contain ${list}, ${reason} '${name}'`, `remove ${list}, or use another region`);
  }
  return network.endpoints.add.includes(name)
    ? networkProblem(request, "endpoints.add", `must not contain '${name}', ${reason}`, `remove '${name}' from the list`)
    : networkProblem(request, "endpoints.omit", `must contain '${name}', ${reason}`, `add '${name}' to the list`);
}

/**
 * Plans one endpoint.
 * The plan is undefined if the region does not offer the endpoint, or if the endpoint is shared.
 */
function planEndpoint(
  name: EndpointName,
  request: NetworkRequest,
  findings: NetworkFindings,
  zones: string[],
): Planned<PlannedEndpoint | undefined> {
  const service = findings.services[name];
  const existing = existingEndpoint(request, findings, name);
  const offered = zones.filter((zone) => service && offersEndpoint(service, zone));
  const needed = Math.min(2, zones.length);
  return {
    plan: !service || isShared(request, name) ? undefined : { name, serviceName: service.serviceName, zones: offered },
    problems: problemsIf(
      [
        existing !== undefined,
        omitProblem(
          request,
          { endpoint: name, isOmitted: false },
          `must contain '${name}': ${request.vpcSettings.vpcId} has an endpoint that answers its name already (${existing?.id}), and a VPC can have only one`,
          `add '${name}' to the list to use the existing endpoint`,
        ),
      ],
      [!service, unofferedProblem(request, name)],
      // Without a policy, credentials of any account work through the endpoint.
      [
        service?.supportsPolicy === false,
        networkProblem(
          request,
          "endpoints.omit",
          `must contain '${name}', because ${service?.serviceName} does not support endpoint policies`,
          `add '${name}' to the list`,
        ),
      ],
      [
        service !== undefined && offered.length < needed,
        networkProblem(
          request,
          "zones",
          `must select at least ${needed} zones that offer ${service?.serviceName}: ${service?.zones.join(", ")} (got ${zones.join(", ")})`,
          "list zones that offer the endpoint in zoneIds, or use other subnets",
        ),
      ],
    ),
  };
}

/**
 * Features that read an AWS-owned bucket whose name is not documented for the region.
 * If the region also lacks a required service, only the missing service is reported.
 */
export function bucketProblems(request: NetworkRequest, { services }: NetworkFindings): Problem[] {
  const { network, region } = request;
  const isUnknown = (feature: FeatureName) => {
    const { awsAccounts } = featureOf(feature);
    return awsAccounts !== undefined && !(region in awsAccounts);
  };
  return network.features
    .filter((feature) => isUnknown(feature) && endpointsOf(feature).every((name) => services[name]))
    .map((feature) => {
      const { awsAccounts = {}, required } = featureOf(feature);
      return networkProblem(
        request,
        "features",
        `must not contain '${feature}' in ${region}: AWS documents the name of its bucket only for ${Object.keys(awsAccounts).sort().join(", ")}`,
        `use one of these regions, or for Python packages only, replace the feature with endpoints.add: [${required.join(", ")}]`,
      );
    });
}
