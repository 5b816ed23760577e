// Validates the existing role for flow logs, if the settings specify one. Pure.
import { trustAllows } from "../../aws/trust-evaluation";
import { type Problem } from "../../stack/preflight";
import { type NetworkFindings } from "../lookup/findings";
import { type NetworkRequest } from "../request";
import { networkProblem } from "./problems";

const service = "vpc-flow-logs.amazonaws.com";

/** The role must exist, and its trust policy must allow the network's flow logs to assume the role. */
export function flowLogRoleProblems(request: NetworkRequest, { flowLogRole }: NetworkFindings): Problem[] {
  const { network, accountId, region, partition } = request;
  const { flowLogRoleArn } = network;
  if (!flowLogRoleArn) return [];
  const problem = (what: string, fix: string) =>
    networkProblem(
      request,
      "flowLogRoleArn",
      `${what} (got ${flowLogRoleArn})`,
      `${fix}, or remove the setting to let Cloister create one`,
    );
  if (flowLogRole?.arn !== flowLogRoleArn) return [problem("must be an existing role", "create the role")];
  const arn = `arn:${partition}:ec2:${region}:${accountId}:vpc-flow-log/*`;
  return trustAllows(flowLogRole.trust, { service, accountId, arn })
    ? []
    : [problem(`must be a role that ${service} can assume`, "allow that service in the role's trust policy")];
}
