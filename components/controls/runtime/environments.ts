// Reads the allow-lists of the environments in the account and region.
import { GetParameterCommand, GetParametersByPathCommand, type Parameter, type SSMClient } from "@aws-sdk/client-ssm";
import { allowListParameter, allowListRoot } from "../../aws/allow-list-name";
import { type AwsContext } from "../../aws/context";
import { environmentOfParameter, readAllowList } from "../allow-list";
import { type Environment } from "../compare";

/** A list that the evaluator ignores. */
export interface Rejected {
  /** `/cloister/controls/fraud-dev`, or the path if there are too many lists. */
  parameter: string;
  environment: string;
  why: string;
  /** Version of the parameter. A changed list is another finding. */
  version: number;
}

export interface Environments {
  known: Environment[];
  rejected: Rejected[];
}

/** Lists that are read in one run, ten in each call. More lists than an account has environments cannot stop the evaluator. */
export const maxLists = 500;

async function parameters(client: SSMClient): Promise<{ found: Parameter[]; isComplete: boolean }> {
  const found: Parameter[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new GetParametersByPathCommand({ Path: allowListRoot, Recursive: false, MaxResults: 10, ...(NextToken && { NextToken }) }),
    );
    found.push(...(page.Parameters ?? []));
    NextToken = page.NextToken;
  } while (NextToken && found.length < maxLists);
  return { found, isComplete: !NextToken };
}

/** One list. A list that is invalid, or that claims what is not of its environment, changes nothing for others. */
function environmentIn(context: AwsContext, { Name = "", Value = "", Version = 0 }: Parameter): Environments {
  const name = environmentOfParameter(Name);
  if (name === undefined) return { known: [], rejected: [] };
  const list = readAllowList(context, name, Value);
  if (!("why" in list)) return { known: [{ name, allowList: list }], rejected: [] };
  return { known: [], rejected: [{ ...list, parameter: Name, version: Version }] };
}

/** Errors: the error of AWS if the lists cannot be read. */
export async function readEnvironments(client: SSMClient, context: AwsContext): Promise<Environments> {
  const { found, isComplete } = await parameters(client);
  const read = found.map((parameter) => environmentIn(context, parameter));
  const tooMany: Rejected = { parameter: allowListRoot, environment: "none", why: `the path has more than ${maxLists} lists`, version: 0 };
  return {
    known: read.flatMap(({ known }) => known),
    rejected: [...(isComplete ? [] : [tooMany]), ...read.flatMap(({ rejected }) => rejected)],
  };
}

/** The list of one environment. Other lists, however many, do not hide it. */
export async function readEnvironment(client: SSMClient, context: AwsContext, environment: string): Promise<Environments> {
  try {
    const { Parameter: parameter } = await client.send(new GetParameterCommand({ Name: allowListParameter(environment) }));
    return environmentIn(context, parameter ?? {});
  } catch (error) {
    if ((error as Error).name !== "ParameterNotFound") throw error;
    return { known: [], rejected: [] };
  }
}
