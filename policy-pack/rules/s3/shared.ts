import { type StackResource, stringAt } from "../../rule-kit";

/** Both type tokens of a bucket; `BucketV2` is deprecated. */
export const bucketTypes = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

/** Resources of these types that belong to a bucket, by reference, else by the bucket's name or ID. */
export function relatedResources(bucket: StackResource, resources: StackResource[], types: readonly string[]): StackResource[] {
  const names = ["id", "bucket"].flatMap((property) => stringAt(bucket.props, property) ?? []);
  return resources.filter(
    ({ type, props, sources }) =>
      types.includes(type) && (sources("bucket").includes(bucket) || names.includes(stringAt(props, "bucket") ?? "")),
  );
}
