import { AwsError } from "../../aws-error";
import { withoutTags, withTags } from "../tags";
import { type Operations, page, type Sagemaker, type Tag } from "./state";

function tagsOf({ state }: Sagemaker, arn: unknown): Tag[] {
  const tags = state.tags[String(arn)];
  if (!tags) throw new AwsError("ResourceNotFound", `Resource ${String(arn)} does not exist.`);
  return tags;
}

export const tags: Operations = {
  AddTags({ ResourceArn, Tags }, context) {
    const all = withTags(tagsOf(context, ResourceArn), Tags as Tag[]);
    if (all.length > 50) throw new AwsError("ValidationException", "A resource can't have more than 50 tags.");
    context.state.tags[String(ResourceArn)] = all;
    return { Tags: all };
  },
  DeleteTags({ ResourceArn, TagKeys }, context) {
    context.state.tags[String(ResourceArn)] = withoutTags(tagsOf(context, ResourceArn), TagKeys as string[]);
    return {};
  },
  ListTags({ ResourceArn, MaxResults, NextToken }, context) {
    const { items, more } = page(tagsOf(context, ResourceArn), { MaxResults, NextToken });
    return { Tags: items, ...more };
  },
};
