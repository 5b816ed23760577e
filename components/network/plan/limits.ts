// Validates a network plan against the limits of AWS. Pure.
import { limits } from "../../aws/limits";
import { removeCommand } from "../../stack/fix-command";
import { type Problem, type QuotaUse } from "../../stack/preflight";
import { type EndpointName } from "../catalogue";
import { interfacePolicy, ownershipOf, s3Policy } from "../endpoint-policies";
import { type NetworkFindings } from "../lookup/findings";
import { type NetworkRequest } from "../request";
import { privateAcl, publicAcl } from "../resources/acl-rules";
import { type NetworkPlan } from "./network-plan";
import { networkProblem, problemsIf } from "./problems";

/** The longest endpoint policy, with bucket names of the maximum length. Lists of accounts decide its size. */
function endpointPolicyProblems(request: NetworkRequest, { endpoints, s3EndpointId }: Pick<NetworkPlan, "endpoints" | "s3EndpointId">) {
  const { network, region, partition } = request;
  const ownership = ownershipOf(request, network);
  const bucketArns = ["d", "m"].map((letter) => `arn:${partition}:s3:::${letter.repeat(limits.bucketName.value)}`);
  const policies: [EndpointName | "s3", string][] = [
    ...endpoints.map(({ name }): [EndpointName, string] => [name, interfacePolicy(name, ownership)]),
    ...(s3EndpointId === undefined
      ? [["s3", s3Policy({ ownership, bucketArns, features: network.features, region, partition })] as ["s3", string]]
      : []),
  ];
  const [longest] = policies.map(([name, policy]) => ({ name, length: policy.length })).sort((a, b) => b.length - a.length);
  if (!longest || longest.length <= limits.endpointPolicy.value) return [];
  const key = network.accountIds.length >= network.imageAccounts.length ? "accountIds" : "imageAccounts";
  return [
    networkProblem(
      request,
      key,
      `must list fewer accounts (got ${network[key].length}): the policy of the endpoint '${longest.name}' would have ${longest.length} characters, and AWS allows ${limits.endpointPolicy.value}`,
      key === "accountIds" ? "set organizationId instead, or remove accounts" : "remove accounts",
    ),
  ];
}

/** Problems with limits that the settings and the existing VPC decide, and that AWS does not raise. */
export const limitProblems = (request: NetworkRequest, plan: Pick<NetworkPlan, "endpoints" | "s3EndpointId" | "domains">): Problem[] => [
  ...endpointPolicyProblems(request, plan),
  ...problemsIf([
    plan.domains.length > limits.firewallDomains.value,
    networkProblem(
      request,
      "allowedDomains",
      `must list fewer domains (got ${request.network.allowedDomains.length}): DNS Firewall would allow ${plan.domains.length} domains with those of the features, and AWS takes ${limits.firewallDomains.value} in one request`,
      "replace domains with a wildcard such as *.bank.example",
    ),
  ]),
];

/** Uses of quotas, with counts of what the account already has. A count that cannot be read is not checked. */
export function networkQuotaUses(request: NetworkRequest, { counts = {} }: NetworkFindings, plan: NetworkPlan): QuotaUse[] {
  const { network, paths, sharedEndpoints, region } = request;
  const acl = [privateAcl(plan.ranges), ...(plan.publicSubnets.length > 0 ? [publicAcl(plan.ranges)] : [])];
  const aclRules = Math.max(...acl.flatMap(({ ingress, egress }) => [ingress.length, egress.length]));
  const shared = paths.sharedEndpoints ?? paths.network;
  const groups = plan.existingEndpointGroupIds.length;
  const ranges = plan.central?.cidrs.length ?? 0;
  const use = (limit: QuotaUse["limit"], setting: string, used: number | undefined, text: string, fix: string): QuotaUse[] =>
    used === undefined ? [] : [{ limit, setting, used, text: text.replace("{used}", String(used)), fix }];
  const sum = (count: number | undefined, added: number) => (count === undefined ? undefined : count + added);
  return [
    ...(plan.mode === "existing-subnets"
      ? []
      : use(
          "aclRules",
          `${paths.vpcSettings}.vpcId`,
          aclRules,
          `must be a VPC with fewer CIDR ranges (got ${plan.ranges.length}): a network ACL would have {used} rules`,
          "use another VPC, or mode 'new' or 'existing-subnets'",
        )),
    ...(request.isEndpointHub
      ? use(
          "vpcs",
          paths.vpcSettings,
          sum(counts.vpcs, 1),
          `must not be set, because the shared endpoints need a new VPC: ${region} would have {used} VPCs`,
          removeCommand(paths.vpcSettings),
        )
      : use(
          "vpcs",
          `${paths.vpcSettings}.mode`,
          sum(counts.vpcs, 1),
          `must not be 'new' (got 'new'): ${region} would have {used} VPCs`,
          "use an existing VPC (mode 'existing-vpc' or 'existing-subnets')",
        )),
    ...use(
      "elasticIps",
      `${paths.network}.egress`,
      sum(counts.otherElasticIps, plan.publicSubnets.length),
      `must not be 'nat' in ${plan.publicSubnets.length} zones (got 'nat'): ${region} would have {used} Elastic IP addresses`,
      "use fewer zones, or release addresses",
    ),
    ...(sharedEndpoints && plan.sharedEndpoints
      ? [
          ...use(
            "groupRules",
            shared,
            sum(counts.sharedGroupRules, request.callerGroups ?? 1),
            "must not be 'core' for another environment (got 'core'): the security group of the shared endpoints would have {used} rules",
            "set it to 'own'",
          ),
          ...use(
            "peerings",
            shared,
            sum(counts.sharedPeerings, 1),
            "must not be 'core' for another environment (got 'core'): the VPC of the shared endpoints would have {used} peering connections",
            "set it to 'own'",
          ),
        ]
      : []),
    ...use(
      "groupRules",
      `${paths.network}.endpoints.omit`,
      groups + ranges + 4,
      `must omit fewer endpoints (got ${network.endpoints.omit.length}): existing endpoints have ${groups} security groups${ranges > 0 ? `, centralEndpoints.cidrs lists ${ranges} CIDR ranges` : ""}, and the security group of workloads would have {used} rules`,
      `use one security group for the existing endpoints${ranges > 1 ? ", or list fewer ranges in centralEndpoints.cidrs" : ""}`,
    ),
  ];
}
