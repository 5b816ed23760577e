// Looks up the deployed environment by its published values.
import { DescribeVpcEndpointsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient, paginateListRoles } from "@aws-sdk/client-iam";
import { paginateGetParametersByPath, SSMClient } from "@aws-sdk/client-ssm";
import { UserError } from "@cloister/common";
import { userRolePath } from "@cloister/components/aws/role-path";
import { userRoleName } from "@cloister/components/identity/user-role-names";
import { adviceFor, errorText } from "../aws-errors";
import { connectionSettings } from "../aws-settings";
import { commandText } from "../command-text";
import { type Session } from "../engine";
import { configOf, type StackPlan } from "../stacks";
import { environmentOf } from "../sweep/scope";
import { type PublishedValue, readValues, type Target } from "./types";

/** Where an environment is deployed. */
export interface Location {
  /** ID of the stack: `cloister-environment/fraud-dev`. */
  id: string;
  /** `<team>-<stage>`, which can differ from the name of the stack. */
  environment: string;
  region: string;
}

/** The environment and region in the settings of a stack. */
export function locationOf({ settingsFile, id }: Pick<StackPlan, "settingsFile" | "id">): Location {
  const config = configOf({ settingsFile });
  const region = config["aws:region"] ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (config["cloister-environment:team"] === undefined || typeof region !== "string")
    throw new UserError(`${id} has no team or no region in ${settingsFile}. Set 'cloister-environment:team' and 'aws:region'.`);
  return { id, environment: environmentOf(config), region };
}

/**
 * Looks up an environment, as `readTarget` does.
 * Errors: `UserError` also for errors from AWS and for missing credentials.
 */
export async function lookupTarget(session: Pick<Session, "env" | "world">, location: Location): Promise<Target> {
  try {
    return await readTarget(session, location);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = errorText(error);
    const advice = adviceFor([reason], "The page docs/how-to/verify-an-account.md lists the permissions that a verification requires.");
    throw new UserError([`Cannot look up '${location.environment}' in ${location.region}. ${reason}`, ...advice].join("\n"));
  }
}

/**
 * Reads what an environment publishes below `/cloister/<environment>`, its endpoints and its role for data scientists.
 * Errors: `UserError` if the environment is not deployed with these credentials; errors from AWS.
 */
async function readTarget(session: Pick<Session, "env" | "world">, { id, environment, region }: Location): Promise<Target> {
  const path = `/cloister/${environment}`;
  const found: Record<string, string> = {};
  const ssm = new SSMClient(connectionSettings(session, "ssm", region));
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm }, { Path: path }))
    for (const { Name, Value } of Parameters) found[Name!.slice(path.length + 1)] = Value!;
  const missing = readValues.filter((name) => found[name] === undefined);
  if (missing.length > 0)
    throw new UserError(
      `'${path}' in ${region} has no ${missing.join(", ")}. The environment is not deployed, or these credentials belong to another account. Deploy it: ${commandText(["up", id], session.world?.name)}`,
    );
  const values = found as Record<PublishedValue, string>;
  const [, partition, , , account] = values["execution-role-arn"].split(":") as [string, string, string, string, string];
  const ec2 = new EC2Client(connectionSettings(session, "ec2", region));
  const { VpcEndpoints = [] } = await ec2.send(
    new DescribeVpcEndpointsCommand({ Filters: [{ Name: "vpc-id", Values: [values["vpc-id"]] }] }),
  );
  const dataScientistRoleArn = await dataScientistRole(session, { environment, region });
  return {
    environment,
    partition,
    account,
    region,
    values,
    endpointServices: VpcEndpoints.map(({ ServiceName }) => ServiceName!),
    ...(dataScientistRoleArn !== undefined && { dataScientistRoleArn }),
  };
}

/** Pulumi adds a suffix to the names of user roles. IAM is global, so another region can have the same environment. */
async function dataScientistRole(
  session: Pick<Session, "env" | "world">,
  { environment, region }: Pick<Location, "environment" | "region">,
) {
  const iam = new IAMClient(connectionSettings(session, "iam", region));
  const name = new RegExp(`^${userRoleName(environment, "data-scientist")}-[0-9a-f]{7}$`);
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, { PathPrefix: userRolePath({ region }) })) {
    const role = Roles.find(({ RoleName }) => name.test(RoleName!));
    if (role) return role.Arn!;
  }
  return undefined;
}
