import { AwsError } from "../../aws-error";
import { type Operations, page, type Sagemaker, type Tag } from "./state";

function tagsOf({ state }: Sagemaker, arn: unknown): Tag[] {
  const tags = state.tags[String(arn)];
  if (!tags) throw new AwsError("ResourceNotFound", `Resource ${String(arn)} does not exist.`);
  return tags;
}

export const tags: Operations = {
  AddTags({ ResourceArn, Tags }, context) {
    const added = Tags as Tag[];
    const kept = tagsOf(context, ResourceArn).filter(({ Key }) => !added.some((tag) => tag.Key === Key));
    const all = [...kept, ...added];
    if (all.length > 50) throw new AwsError("ValidationException", "A resource can't have more than 50 tags.");
    context.state.tags[String(ResourceArn)] = all;
    return { Tags: all };
  },
  DeleteTags({ ResourceArn, TagKeys }, context) {
    const removed = TagKeys as string[];
    context.state.tags[String(ResourceArn)] = tagsOf(context, ResourceArn).filter(({ Key }) => !removed.includes(Key));
    return {};
  },
  ListTags({ ResourceArn, MaxResults, NextToken }, context) {
    const { items, more } = page(tagsOf(context, ResourceArn), { MaxResults, NextToken });
    return { Tags: items, ...more };
  },
};
