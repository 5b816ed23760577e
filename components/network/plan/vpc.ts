// Validates an existing VPC, and that CIDR ranges do not overlap other networks. Pure.
import { setCommand } from "../../stack/fix-command";
import { freeRanges, overlaps, prefixLengthOf } from "../../aws/cidr";
import { type Problem } from "../../stack/preflight";
import { type NetworkFindings } from "../lookup/findings";
import { type NetworkRequest } from "../request";
import { problemsIf, vpcProblem } from "./problems";

export function existingVpcProblems(request: NetworkRequest, { vpc }: NetworkFindings): Problem[] {
  const { mode, vpcId } = request.vpcSettings;
  if (mode === "new" || !vpcId) return [];
  const problem = (what: string, fix: string) => vpcProblem(request, "vpcId", what, fix);
  if (!vpc)
    return [
      problem(
        `must be an existing VPC in this account and region (got ${vpcId})`,
        "use an existing one (aws ec2 describe-vpcs), or mode 'new'",
      ),
    ];
  const dnsAttribute = (attribute: string, option: string) =>
    problem(
      `must be a VPC with ${attribute}, which interface endpoints need to answer service names (got ${vpcId}, where ${attribute} is off)`,
      `aws ec2 modify-vpc-attribute --vpc-id ${vpcId} --${option}`,
    );
  return problemsIf(
    [!vpc.dnsSupport, dnsAttribute("enableDnsSupport", "enable-dns-support")],
    [!vpc.dnsHostnames, dnsAttribute("enableDnsHostnames", "enable-dns-hostnames")],
    // Source: AWS "Connect Amazon SageMaker Studio in a VPC to external resources".
    [
      vpc.tenancy !== "default",
      problem(
        `must be a VPC with default tenancy, the only one that SageMaker supports (got ${vpcId} with tenancy '${vpc.tenancy}')`,
        `aws ec2 modify-vpc-tenancy --vpc-id ${vpcId} --instance-tenancy default`,
      ),
    ],
  );
}

/** The setting that determines the VPC's CIDR range, and the value of the setting for messages. */
export const rangeSetting = ({ vpcSettings }: NetworkRequest, range: string) =>
  vpcSettings.mode === "new"
    ? ({ key: "cidr", got: range } as const)
    : ({ key: "vpcId", got: `${vpcSettings.vpcId} with range ${range}` } as const);

/** Reports CIDR ranges of the VPC that overlap reserved ranges of other networks. */
export function reservedRangeProblems(request: NetworkRequest, ranges: string[]): Problem[] {
  const { vpcSettings, reserved = [], paths } = request;
  const taken = [...reserved.map(({ cidr }) => cidr), ...ranges];
  return ranges.flatMap((range) =>
    reserved
      .filter(({ cidr }) => overlaps(cidr, range))
      .map(({ cidr, description }) => {
        const { key, got } = rangeSetting(request, range);
        const free = freeRanges("10.0.0.0/8", taken, prefixLengthOf(range), 1)[0] ?? "<another range>";
        return vpcProblem(
          request,
          key,
          `must not overlap ${cidr}, ${description} (got ${got})`,
          vpcSettings.mode === "new" ? setCommand(`${paths.vpcSettings}.cidr`, free) : "use another VPC",
        );
      }),
  );
}
