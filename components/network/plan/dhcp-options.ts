// Validates the DHCP options of an existing VPC. Pure.
import { type Problem } from "../../stack/preflight";
import { type NetworkFindings } from "../lookup/findings";
import { type NetworkRequest } from "../request";
import { acceptCommand, isAcceptedPath } from "./accepted-paths";
import { pathProblem, problemsIf, vpcProblem } from "./problems";

/** Names of the resolver of the VPC in DHCP options. Source: Amazon VPC "DHCP option sets", "Amazon DNS server". */
const ownResolvers = ["amazonprovideddns", "169.254.169.253", "fd00:ec2::253"];

/** The address of the resolver in a VPC: the second address of the first range. */
const resolverAddress = (range: string | undefined) => range?.split("/")[0]!.replace(/\d+$/, (last) => String(Number(last) + 2));

/**
 * SageMaker rejects jobs in a VPC whose DHCP options lack a domain name or name servers. DNS Firewall and private DNS
 * names of endpoints apply only to the resolver of the VPC.
 * Source: error text of SageMaker in github.com/aws/sagemaker-python-sdk/issues/3955; Amazon Route 53 "DNS Firewall".
 */
export function dhcpProblems(request: NetworkRequest, { vpc }: NetworkFindings): Problem[] {
  const { vpcId } = request.vpcSettings;
  if (!vpc?.dhcp || !vpcId) return [];
  const { domainName, nameServers } = vpc.dhcp;
  const problem = (what: string) =>
    vpcProblem(
      request,
      "vpcId",
      `must be a VPC whose DHCP options contain ${what}, without which SageMaker starts no jobs (got ${vpcId})`,
      `create DHCP options with both, and associate them: aws ec2 associate-dhcp-options --vpc-id ${vpcId} --dhcp-options-id <id>`,
    );
  const foreign = nameServers.filter(
    (server) => ![...ownResolvers, resolverAddress(vpc.ranges[0])].includes(server.toLowerCase()) && !isAcceptedPath(request, server),
  );
  return [
    ...problemsIf(
      [domainName === "", problem("a domain name")],
      [/\s/.test(domainName), problem(`one domain name instead of '${domainName}'`)],
      [nameServers.length === 0, problem("name servers")],
    ),
    ...foreign.map((server) =>
      pathProblem(
        request,
        `must list ${server}, a name server in the DHCP options of ${vpcId}, because DNS Firewall does not filter its answers`,
        `use DHCP options with the name server AmazonProvidedDNS, or accept the name server: ${acceptCommand(request, server)}`,
      ),
    ),
  ];
}
