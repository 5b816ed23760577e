// Decides requests with the policies of the deploy role that `cloister bootstrap` creates.
import { targetBoundary } from "@cloister/components/identity/deploy-role/boundary";
import { deployRoleName, type TargetStage } from "@cloister/components/identity/deploy-role/names";
import { deployPermissions, type DeployOptions, policyNames } from "@cloister/components/identity/deploy-role/permissions";
import { type Call } from "@cloister/sandbox";
import { decide, type NamedPolicy, type Policy, type PolicySet } from "../simulator";
import { authorizedRequests, type AuthorizedRequest, type Deployment } from "./requests";

export const policySetOf = (stage: TargetStage, accountId: string, options: DeployOptions = {}): PolicySet => {
  const context = { partition: "aws", accountId, region: stage.region };
  const named = (name: string, permissions: ReturnType<typeof targetBoundary>): NamedPolicy => ({
    name,
    policy: { Version: "2012-10-17", Statement: permissions.map(({ statement }) => statement) } as Policy,
  });
  return {
    accountId,
    accountIds: [accountId],
    region: stage.region,
    principals: {
      deploy: {
        arn: `arn:aws:iam::${accountId}:role/${deployRoleName(stage)}`,
        identity: deployPermissions(stage, context, options).map((permissions, i) => named(policyNames[i]!, permissions)),
      },
      /** A role that the deploy role could create: everything that the boundary allows. */
      bounded: { arn: `arn:aws:iam::${accountId}:role/created`, identity: [named("boundary", targetBoundary(stage, context))] },
    },
    resources: {},
    endpoints: {},
  };
};

/** The decision on one request. Key policies let IAM policies decide, as the key policy of Cloister does. */
export function decideFor(policies: PolicySet, caller: string, request: Omit<AuthorizedRequest, "call">, account: string) {
  const { resource } = request;
  const root = { AWS: `arn:aws:iam::${account}:root` };
  const delegates = { Sid: "IamDecides", Effect: "Allow", Principal: root, Action: "kms:*", Resource: "*" };
  const keyPolicy = { name: "key", policy: { Version: "2012-10-17", Statement: [delegates] } };
  const resources = resource.startsWith("arn:aws:kms:") ? { [resource]: keyPolicy } : {};
  return decide({ ...policies, resources }, { caller, owner: account, ...request });
}

/** The requests of the calls that the deploy role cannot make, as text with the policies that are expected to allow them. */
export async function missingPermissions(calls: readonly Call[], policies: PolicySet, deployment: Deployment): Promise<string[]> {
  const once = new Map(authorizedRequests(calls, deployment).map((request) => [JSON.stringify({ ...request, call: "" }), request]));
  const decided = await Promise.all(
    [...once.values()].map(async (request: AuthorizedRequest) => {
      const { call, ...requested } = request;
      const context = { ...requested.context, ...(deployment.session && { "aws:PrincipalTag/cloister:environment": deployment.session }) };
      const { result } = await decideFor(policies, "deploy", { ...requested, context }, deployment.account);
      return result === "allowed"
        ? []
        : [`${call}: ${requested.action} on ${requested.resource} with ${JSON.stringify(requested.context)}`];
    }),
  );
  return decided.flat();
}
