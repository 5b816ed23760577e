// Looks up the deployed environment by its published values.
import { DescribeVpcEndpointsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { IAMClient, paginateListRoles } from "@aws-sdk/client-iam";
import { paginateGetParametersByPath, SSMClient } from "@aws-sdk/client-ssm";
import { oneLine, UserError } from "@cloister/common";
import { commandText } from "../command-text";
import { connectionSettings } from "../aws-settings";
import { type Session } from "../engine";
import { configOf, type StackPlan } from "../stacks";
import { environmentOf } from "../sweep/scope";
import { type PublishedValue, readValues, type Target } from "./types";

/** The environment and region in the settings of a stack: `<team>-<stage>`. */
export function locationOf({ settingsFile, id }: Pick<StackPlan, "settingsFile" | "id">): { environment: string; region: string } {
  const config = configOf({ settingsFile });
  const region = config["aws:region"] ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (config["cloister-environment:team"] === undefined || typeof region !== "string")
    throw new UserError(`${id} has no team or no region in ${settingsFile}. Set 'cloister-environment:team' and 'aws:region'.`);
  return { environment: environmentOf(config), region };
}

/** Whether AWS or the AWS SDK reported an error, and not this program. */
const isFromAws = (error: unknown): error is Error =>
  error instanceof Error && ("$metadata" in error || /Credentials|Token|Timeout/.test(error.name) || "code" in error);

/**
 * Looks up an environment, as `readTarget` does.
 * Errors: `UserError` also for errors from AWS and for missing credentials.
 */
export async function lookupTarget(
  session: Pick<Session, "env" | "world">,
  place: { environment: string; region: string },
): Promise<Target> {
  try {
    return await readTarget(session, place);
  } catch (error) {
    if (!isFromAws(error)) throw error;
    throw new UserError(
      `Cannot look up '${place.environment}' in ${place.region}. ${error.name}: ${oneLine(error.message)}. This command uses the AWS credentials of the shell, as the AWS CLI does. Sign in, or set AWS_PROFILE.`,
    );
  }
}

/**
 * Reads what an environment publishes below `/cloister/<environment>`, its endpoints and its role for data scientists.
 * Errors: `UserError` if the environment is not deployed with these credentials; errors from AWS.
 */
async function readTarget(
  session: Pick<Session, "env" | "world">,
  { environment, region }: { environment: string; region: string },
): Promise<Target> {
  const path = `/cloister/${environment}`;
  const found: Record<string, string> = {};
  const ssm = new SSMClient(connectionSettings(session, "ssm", region));
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm }, { Path: path }))
    for (const { Name, Value } of Parameters) found[Name!.slice(path.length + 1)] = Value!;
  const missing = readValues.filter((name) => found[name] === undefined);
  if (missing.length > 0)
    throw new UserError(
      `'${path}' in ${region} has no ${missing.join(", ")}. The environment is not deployed, or these credentials belong to another account. Deploy it: ${commandText(["up", environment], session.world?.name)}`,
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

/** User roles are in the paths of Cloister. Pulumi adds a suffix to their names. */
async function dataScientistRole(
  session: Pick<Session, "env" | "world">,
  { environment, region }: { environment: string; region: string },
) {
  const iam = new IAMClient(connectionSettings(session, "iam", region));
  for await (const { Roles = [] } of paginateListRoles({ client: iam }, { PathPrefix: "/cloister/" })) {
    const role = Roles.find(({ RoleName }) => new RegExp(`^${environment}-data-scientist-[0-9a-f]{7}$`).test(RoleName!));
    if (role) return role.Arn!;
  }
  return undefined;
}
