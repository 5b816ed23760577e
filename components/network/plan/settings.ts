// Validates that the settings do not contradict each other, independently of AWS. Pure.
import { type Problem } from "../../stack/preflight";
import { imageRegistries } from "../image-registries";
import { type NetworkRequest } from "../request";
import { type VpcSettings } from "../settings";
import { networkProblem, problemsIf, vpcProblem } from "./problems";

type VpcKey = Exclude<keyof VpcSettings, "mode">;

/** The settings that each mode requires and supports. */
const modes: Record<VpcSettings["mode"], { required: VpcKey[]; optional: VpcKey[] }> = {
  new: { required: [], optional: ["cidr"] },
  "existing-vpc": { required: ["vpcId", "cidr"], optional: ["s3EndpointId", "acceptedPaths"] },
  "existing-subnets": { required: ["vpcId", "subnetIds"], optional: ["s3EndpointId", "acceptedPaths"] },
};

/** The value that each setting requires, with the command that lists candidates. */
const hints: Record<VpcKey, string> = {
  cidr: "a free part of the VPC's range",
  vpcId: "the ID of the VPC (aws ec2 describe-vpcs)",
  subnetIds: "the IDs of private subnets of the VPC, one per Availability Zone (aws ec2 describe-subnets)",
  s3EndpointId: "the ID of the VPC's S3 gateway endpoint (aws ec2 describe-vpc-endpoints)",
  acceptedPaths: "the reasons why egress paths of the VPC are acceptable",
};

export const settingProblems = (request: NetworkRequest): Problem[] =>
  [vpcSettingProblems, existingVpcProblems, mirrorProblems, endpointProblems, imageProblems, flowLogRoleProblems].flatMap((check) =>
    check(request),
  );

/** In a region without a list of registries, no role could pull the images that AWS publishes. */
const imageProblems = (request: NetworkRequest): Problem[] =>
  problemsIf([
    imageRegistries(request.region).length === 0 && request.network.imageAccounts.length === 0,
    networkProblem(
      request,
      "imageAccounts",
      `is required in ${request.region}, because Cloister has no list of the accounts in which AWS publishes images there`,
      'set it to the accounts of "Docker Registry Paths and Example Code" in the SageMaker AI documentation',
    ),
  ]);

function vpcSettingProblems(request: NetworkRequest): Problem[] {
  const { vpcSettings } = request;
  const { mode } = vpcSettings;
  const { required, optional } = modes[mode];
  return (Object.keys(hints) as VpcKey[]).flatMap((key) => {
    const value = vpcSettings[key];
    const isSupported = [...required, ...optional].includes(key);
    return problemsIf(
      [
        value === undefined && required.includes(key),
        vpcProblem(request, key, `is required with mode '${mode}'`, `set it to ${hints[key]}, or use mode 'new'`),
      ],
      [
        value !== undefined && !isSupported,
        vpcProblem(request, key, `is not supported with mode '${mode}' (got ${JSON.stringify(value)})`, "remove it, or change the mode"),
      ],
    );
  });
}

/** Validates the settings that depend on whether Cloister created the VPC and its subnets. */
function existingVpcProblems(request: NetworkRequest): Problem[] {
  const { vpcSettings, network } = request;
  const { mode } = vpcSettings;
  if (mode === "new") return [];
  return problemsIf(
    [
      mode === "existing-subnets" && network.egress === "nat",
      networkProblem(
        request,
        "egress",
        `must be 'none' with mode '${mode}' (got 'nat'): NAT requires subnets created by Cloister`,
        "use mode 'new' or 'existing-vpc', or set egress to 'none'",
      ),
    ],
    [
      network.dnsFirewall === undefined,
      networkProblem(
        request,
        "dnsFirewall",
        `is required with mode '${mode}': the DNS firewall applies to the whole VPC`,
        "set it to block, alert or off; with 'block', list the domains that other workloads of the VPC need in allowedDomains",
      ),
    ],
    [
      mode === "existing-subnets" && network.zoneIds !== undefined,
      networkProblem(
        request,
        "zoneIds",
        `is not supported with mode '${mode}' (got ${network.zoneIds?.join(", ")}): the subnets determine the zones`,
        "remove it, or use other subnets",
      ),
    ],
    [
      network.dhcp !== undefined,
      networkProblem(
        request,
        "dhcp",
        `is not supported with mode '${mode}': Cloister does not change the DHCP options of an existing VPC`,
        "remove it",
      ),
    ],
  );
}

function mirrorProblems(request: NetworkRequest): Problem[] {
  const { features, mirrorServiceName, mirrorHost } = request.network;
  const isFeature = features.includes("mirror");
  return problemsIf(
    [
      mirrorServiceName !== undefined && !isFeature,
      networkProblem(
        request,
        "mirrorServiceName",
        "requires the feature 'mirror'",
        "add 'mirror' to features, or remove mirrorServiceName",
      ),
    ],
    [
      mirrorServiceName === undefined && isFeature,
      networkProblem(
        request,
        "mirrorServiceName",
        "is required with the feature 'mirror'",
        "set it to the name of the mirror's endpoint service, or remove the feature",
      ),
    ],
    [
      mirrorServiceName === undefined && mirrorHost !== undefined,
      networkProblem(
        request,
        "mirrorHost",
        `requires mirrorServiceName (got ${mirrorHost})`,
        "set mirrorServiceName, or remove mirrorHost",
      ),
    ],
  );
}

const endpointProblems = (request: NetworkRequest): Problem[] => {
  const { add, omit } = request.network.endpoints;
  return add
    .filter((name) => omit.includes(name))
    .map((name) =>
      networkProblem(
        request,
        "endpoints.omit",
        `must not contain '${name}', which endpoints.add also contains`,
        `remove '${name}' from one of the two lists`,
      ),
    );
};

function flowLogRoleProblems(request: NetworkRequest): Problem[] {
  const { network, accountId } = request;
  const { flowLogRoleArn, flowLogDestination } = network;
  if (!flowLogRoleArn) return [];
  const roleAccount = flowLogRoleArn.split(":")[4];
  return problemsIf(
    [
      roleAccount !== accountId,
      networkProblem(
        request,
        "flowLogRoleArn",
        `must be a role of account ${accountId} (got a role of account ${roleAccount})`,
        "use a role of that account, or remove the setting to let Cloister create one",
      ),
    ],
    [
      flowLogDestination === "log-bucket",
      networkProblem(
        request,
        "flowLogRoleArn",
        "is not supported with flowLogDestination 'log-bucket': AWS writes flow logs to a bucket without a role",
        "remove one of the two settings",
      ),
    ],
  );
}
