// Implements the saved queries of CloudWatch Logs Insights, which moto lacks. Queries do not run.
import { randomUUID } from "node:crypto";
import { AwsError } from "../aws-error";
import { type Context, nativeService } from "../service";
import { page } from "./page";

interface Query {
  queryDefinitionId: string;
  name: string;
  queryString: string;
  queryLanguage: string;
  lastModified: number;
  logGroupNames: string[];
}

interface State {
  queries: Record<string, Query>;
}

/** The most saved queries of an account in a region. Source: CloudWatch Logs quotas. */
const mostQueries = 1000;
/** Source: AWS API `PutQueryDefinition`; error texts are those of the sandbox. */
const invalid = (message: string) => new AwsError("InvalidParameterException", message);

const queryOf = ({ state }: Context<State>, id: unknown): Query => {
  const query = state.queries[String(id)];
  if (!query) throw new AwsError("ResourceNotFoundException", "The specified query definition does not exist.");
  return query;
};

export const logqueries = nativeService<State>({
  scope: "logs",
  model: "logs",
  claims: ({ headers }) => /\.(Put|Delete|Describe)QueryDefinitions?$/.test(headers["x-amz-target"] ?? ""),
  violation: { code: "InvalidParameterException" },
  initial: () => ({ queries: {} }),
  operations: {
    async PutQueryDefinition({ queryDefinitionId, name, queryString, queryLanguage = "CWLI", logGroupNames = [] }, context) {
      const { state } = context;
      const text = String(name);
      if (/[:*]|^\/|\/$|\/\//.test(text)) throw invalid("The name of a query definition has invalid characters.");
      const names = logGroupNames as string[];
      if (names.length > 50) throw invalid("A query definition can have at most 50 log groups.");
      for (const group of names) {
        const { logGroups = [] } = (await context.moto("logs", "DescribeLogGroups", { logGroupNamePrefix: group })) as {
          logGroups?: { logGroupName: string }[];
        };
        if (!logGroups.some(({ logGroupName }) => logGroupName === group))
          throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
      }
      if (queryDefinitionId !== undefined) queryOf(context, queryDefinitionId);
      else if (Object.keys(state.queries).length >= mostQueries) throw new AwsError("LimitExceededException", "Resource limit exceeded.");
      const id = queryDefinitionId === undefined ? randomUUID() : String(queryDefinitionId);
      state.queries[id] = {
        queryDefinitionId: id,
        name: text,
        queryString: String(queryString),
        queryLanguage: String(queryLanguage),
        lastModified: Math.floor(context.now() * 1000),
        logGroupNames: names,
      };
      return { queryDefinitionId: id };
    },
    DescribeQueryDefinitions({ queryDefinitionNamePrefix = "", maxResults, nextToken }, { state }) {
      if (nextToken !== undefined && !/^\d+$/.test(String(nextToken))) throw invalid("The specified nextToken is invalid.");
      const found = Object.values(state.queries).filter(({ name }) => name.startsWith(String(queryDefinitionNamePrefix)));
      const { items, more } = page(found, { MaxResults: maxResults, NextToken: nextToken });
      return { queryDefinitions: items, ...(more.NextToken !== undefined && { nextToken: more.NextToken }) };
    },
    DeleteQueryDefinition({ queryDefinitionId }, context) {
      delete context.state.queries[queryOf(context, queryDefinitionId).queryDefinitionId];
      return { success: true };
    },
  },
  leftovers: ({ queries }) => Object.values(queries).map(({ name }) => ({ type: "QueryDefinition", id: name })),
});
