// Finds an environment that was not launched from AWS Service Catalog.
import { ListTagsForResourceCommand, paginateDescribeParameters, type SSMClient } from "@aws-sdk/client-ssm";
import { tracerTag } from "@cloister/components/catalog/runtime/request";

/** Whether an environment publishes parameters under this name, and is not this provisioned product. */
export async function isForeign(client: SSMClient, environment: string, provisionedProductId: string): Promise<boolean> {
  const ParameterFilters = [{ Key: "Name", Option: "BeginsWith", Values: [`/cloister/${environment}/`] }];
  for await (const { Parameters: [parameter] = [] } of paginateDescribeParameters({ client }, { ParameterFilters, MaxResults: 10 })) {
    if (!parameter) continue;
    const { TagList = [] } = await client.send(new ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: parameter.Name! }));
    return !TagList.some(({ Key, Value }) => Key === tracerTag && Value === provisionedProductId);
  }
  return false;
}
