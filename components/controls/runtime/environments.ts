// Reads the allow-lists of all environments in the account and region.
import { GetParametersByPathCommand, type Parameter, type SSMClient } from "@aws-sdk/client-ssm";
import { domainParameter, environmentOfParameter, parameterRoot, readAllowList } from "../allow-list";
import { type Environment } from "../compare";

async function parametersBelow(client: SSMClient, Path: string): Promise<Parameter[]> {
  const found: Parameter[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new GetParametersByPathCommand({ Path, Recursive: true, MaxResults: 10, ...(NextToken && { NextToken }) }),
    );
    found.push(...(page.Parameters ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

/** Errors: an `Error` if one allow-list has another version. Without it, its resources would be of no environment. */
export async function readEnvironments(client: SSMClient): Promise<Environment[]> {
  const values = new Map((await parametersBelow(client, parameterRoot)).map(({ Name = "", Value = "" }) => [Name, Value]));
  return [...values].flatMap(([parameter, text]) => {
    const name = environmentOfParameter(parameter);
    if (name === undefined) return [];
    const domainId = values.get(`${parameterRoot}/${name}/${domainParameter}`);
    return [{ name, allowList: readAllowList(name, text), ...(domainId && { domainId }) }];
  });
}
